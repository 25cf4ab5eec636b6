// The village of one week as a picture that explains itself: sentence, week, legend.
(function (J) {
  'use strict';
  const SIZE = { width: 1120, height: 640, ratio: 2 };
  const EDGE = 18, HEAD = 62, ROW = 24, INK = '#1d262c', SOFT = '#4a555d';
  const ROLES = ['alone', 'lead', 'follower', 'cooperative', 'outside', 'closed', 'away'];

  // marks with their words, one after another, in as many rows as they need
  function placed(c, title, marks, from, wide) {
    const out = [{ text: title, x: EDGE, y: from, bold: true }];
    let x = EDGE + c.measureText(title).width + 24, y = from;
    for (const mark of marks) {
      const long = 22 + c.measureText(mark.text).width + 16;
      if (x + long > wide - EDGE) { x = EDGE; y += ROW; }
      out.push(Object.assign({ x, y }, mark));
      x += long;
    }
    return out;
  }

  function sentence(c, text, y, wide) {
    const out = [];
    let line = '';
    for (const part of text.match(/[\u2e80-\uffef]|[^\s\u2e80-\uffef]+\s*|\s/g) || []) {
      if (line && c.measureText(line + part).width > wide - 2 * EDGE) { out.push(line); line = ''; }
      line += part;
    }
    return [...out, line].map((text, i) => ({ text, x: EDGE, y: y + i * ROW }));
  }

  function legend(c, options, film, from, wide) {
    const colours = J.COLOURS.map((colour, i) => ({ colour, role: 'alone', text: J.say('step_' + i) }));
    const roles = ROLES.map(role => ({ colour: '#9aa4ab', role, text: J.say('role_' + role) }));
    let items = [];
    const below = () => (items.length ? items[items.length - 1].y + ROW : from);
    for (const text of chosen(options, film)) items = items.concat(sentence(c, text, below(), wide));
    items = items.concat(placed(c, J.say('burnout'), colours, below(), wide));
    items = items.concat(placed(c, J.say('role'), roles, below(), wide));
    for (const text of [J.say('size_means'), J.say('cutoff_note', { cutoff: J.number(film.cutoff, 'share') }), J.say('about')])
      items = items.concat(sentence(c, text, below(), wide));
    return items;
  }

  // of which scenario it is, which of the women stand out and which ties are drawn, where that was chosen; how many are on show
  function chosen(options, film) {
    const { about, only, hamlet, ties } = options, out = about ? [J.say('picture_of', { scenario: about })] : [];
    const whom = [hamlet ? J.say('hamlet', { hamlet }) : '', only ? J.say('only_' + only) : ''].filter(Boolean);
    if (whom.length) out.push(J.say('standing_out', { whom: J.joined(whom) }));
    if (ties !== 'none') out.push(J.say('ties_drawn', { ties: J.say('ties_' + ties) }));
    if (film.shown < film.everybody) out.push(J.say('on_show', { shown: film.shown, everybody: film.everybody }));
    return out;
  }

  function put(c, item) {
    let x = item.x;
    if (item.role) {
      J.shape(c, item.role, x + 8, item.y - 5, 6);
      c.lineWidth = 1.3; c.fillStyle = item.colour; c.strokeStyle = '#26323a';
      if (item.role !== 'closed' && item.role !== 'away') c.fill();
      c.stroke(); x += 20;
    }
    c.font = (item.bold ? 'bold ' : '') + '14px ' + J.FONT; c.fillStyle = item.bold ? INK : SOFT;
    c.fillText(item.text, x, item.y);
  }

  // a canvas with the village, drawn as the options say, and what it means
  J.poster = function (options, film, week) {
    const net = new J.Network(document.createElement('canvas'), Object.assign({}, options, { size: SIZE }));
    net.draw(film, week);
    const sheet = document.createElement('canvas'), c = sheet.getContext('2d'), wide = net.wide;
    c.font = '14px ' + J.FONT;
    const items = legend(c, options, film, HEAD + net.high + ROW, wide);
    const high = items[items.length - 1].y + EDGE;
    sheet.width = Math.round(wide * net.ratio); sheet.height = Math.round(high * net.ratio);
    c.setTransform(net.ratio, 0, 0, net.ratio, 0, 0);
    c.fillStyle = '#fff'; c.fillRect(0, 0, wide, high);
    c.fillStyle = INK; c.font = 'bold 18px ' + J.FONT; c.fillText(J.told(film, week), EDGE, 28);
    c.fillStyle = SOFT; c.font = '14px ' + J.FONT; c.fillText(`${J.week(week)} · ${J.phase(film, week)} · ${J.say('seed')} ${film.seed}`, EDGE, 52);
    c.drawImage(net.canvas, 0, HEAD, wide, net.high);
    items.forEach(item => put(c, item));
    return sheet;
  };
})(window.Jinguo);
