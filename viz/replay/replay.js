// The single-file replay: one run or two, on their own or beside the cards of a lesson.
(function (J) {
  'use strict';
  const make = J.make, say = (key, fields) => J.say('story.' + key, fields);
  const ENDS = 'now', OUTCOMES = ['income', 'burnout', 'trust'];
  const data = JSON.parse(document.getElementById('replay').textContent);
  const sides = ['a', 'b'].filter(side => data.films[side]);
  const state = { lang: data.lang, card: 0, predictions: {}, shown: data.lesson ? ['a'] : sides, ties: 'none' };
  let parts = [], off = [], lesson = null;

  function label(text) { return text ? text[state.lang] : ''; }
  function select(name, options, value, choose) {
    const node = make('select', { ['data-' + name]: true, 'aria-label': J.say(name === 'sides' ? 'tab_futures' : name), onchange: e => choose(e.target.value) },
      ...options.map(([v, t]) => make('option', { value: v, selected: v === value }, t)));
    return node;
  }

  // --- the village -------------------------------------------------------------------------------

  function picture(side) {
    const canvas = make('canvas', { role: 'img', tabindex: 0, 'data-side': side });
    const told = make('p', { class: 'jg-told', 'data-told': side });
    const net = new J.Network(canvas, {}), film = J.films[side];
    const look = week => {
      net.options.ties = state.ties;
      net.draw(film, week);
      told.textContent = J.told(film, week);
      canvas.setAttribute('aria-label', J.say('spoken', { week, told: told.textContent,
        income: J.number(film.line('income_now', week), 'money'), burnout: J.number(film.line('burnout_now', week), 'share'),
        trust: J.number(film.line('trust_now', week), 'share') }));
    };
    canvas.addEventListener('pointermove', e => {
      const box = canvas.getBoundingClientRect();
      net.pointer = net.under(e.clientX - box.left, e.clientY - box.top); look(J.clock.week);
    });
    canvas.addEventListener('pointerleave', () => { net.pointer = -1; look(J.clock.week); });
    parts.push({ look, resize: () => { net.film = null; } });
    const cut = film.shown < film.everybody ? J.say('on_show', { shown: film.shown, everybody: film.everybody }) : '';
    return make('section', { class: 'jg-box jg-picture' },
      sides.length > 1 ? make('h2', { style: `color:${J.LINE[side]}` }, label(data.sides[side])) : null,
      told, make('div', { class: 'jg-canvas' }, canvas), cut ? make('small', {}, cut) : null);
  }

  function series(chart, until) {
    return J.cut(state.shown.map(side => {
      const outcome = OUTCOMES.indexOf(chart.name), film = J.films[side];
      const one = { tone: side, name: state.shown.length > 1 ? side.toUpperCase() : '',
        values: film.lines[outcome < 0 ? chart.name : `${chart.name}_${ENDS}`] || [] };
      if (outcome >= 0 && state.shown.length === 1) [one.low, one.high] = film.bands[ENDS][outcome];
      return one;
    }), until);
  }

  function chart(spec, card, first) {
    const canvas = make('canvas', { role: 'img' }), now = make('span', { class: 'now', 'data-line': spec.name });
    const plot = make('div', { class: 'plot' }, canvas), lines = new J.Lines(canvas), film = J.films.a, until = card && card.until, rows = series(spec, until), follow = Boolean(card && card.card === 'run');
    lines.set({ series: rows, first, kind: spec.kind, weeks: until || film.total, span: [film.start, film.stop], follow });
    parts.push({ resize: () => { lines.stale = true; }, look: week => {
      lines.draw(week);
      now.textContent = rows.map(s => (s.name ? s.name + ' ' : '') + J.number(s.values[Math.min(week, s.values.length - 1)], spec.kind)).join('  ');
      canvas.setAttribute('aria-label', label(spec.title) + ': ' + now.textContent);
    } });
    const scrub = e => {
      if (e.type === 'pointerdown') plot.setPointerCapture(e.pointerId);
      if (!e.buttons) return;
      J.clock.pause(); J.clock.set(lines.weekAt(e.clientX - plot.getBoundingClientRect().left));
    };
    plot.addEventListener('pointerdown', scrub); plot.addEventListener('pointermove', scrub);
    return make('div', { class: 'jg-chart' }, make('h3', {}, make('span', {}, label(spec.title)), now), plot, table(spec, rows, follow));
  }

  function table(spec, all, follow) {
    const box = make('details', {}, make('summary', {}, J.say('table')));
    box.addEventListener('toggle', () => {
      if (!box.open) return;
      while (box.children.length > 1) box.lastChild.remove();
      const rows = follow ? J.cut(all, J.clock.week + 1) : all;
      const weeks = rows[0].values.map((_, w) => w).filter(w => w % 26 === 0 || w === rows[0].values.length - 1);
      box.append(make('div', { class: 'scroll', tabindex: 0 }, make('table', {},
        make('thead', {}, make('tr', {}, ...[J.say('week_word'), ...rows.map(r => r.name || label(spec.title))].map(t => make('th', { scope: 'col' }, t)))),
        make('tbody', {}, ...weeks.map(w => make('tr', {}, make('td', {}, String(w)), ...rows.map(r => make('td', {}, J.number(r.values[w], spec.kind)))))))));
    });
    return box;
  }

  function stage(names, card) {
    const charts = names.map(name => data.charts.find(c => c.name === name));
    const first = J.begins(charts.flatMap(c => series(c, card && card.until))); // one time axis for all
    return [make('div', { class: 'jg-pictures' }, ...state.shown.map(picture)),
      make('div', { class: 'jg-charts' }, ...charts.map(c => chart(c, card, first)),
        make('small', {}, say('one_village')))];
  }

  // --- the frame ---------------------------------------------------------------------------------

  function head() {
    return make('header', { class: 'jg-replay-head' }, make('h1', {}, label(data.title)), make('span', { class: 'soft' }, say('replay_of', data.about)),
      make('span', { class: 'grow' }),
      sides.length > 1 && !data.lesson ? select('sides', [['a,b', 'A + B'], ['a', 'A'], ['b', 'B']], state.shown.join(','), v => { state.shown = v.split(','); draw(); }) : null,
      make('label', {}, J.say('ties') + ' ', select('ties', ['none', 'trusted', 'all'].map(t => [t, J.say('ties_' + t)]), state.ties, v => { state.ties = v; J.clock.touch(); })),
      make('button', { 'data-language': true, lang: state.lang === 'zh' ? 'en' : 'zh', onclick: () => {
        state.lang = state.lang === 'zh' ? 'en' : 'zh'; draw(); document.querySelector('[data-language]').focus();
      } },
        state.lang === 'zh' ? 'English' : '中文'));
  }

  function bar() {
    const play = make('button', { class: 'main', 'data-play': true, onclick: () => J.clock.toggle() });
    const when = make('span', { class: 'when', 'data-week': true }), phase = make('span', { class: 'soft' });
    const track = make('input', { type: 'range', min: 0, max: J.clock.last(), 'data-scrub': true, 'aria-label': J.say('timeline'),
      oninput: e => { J.clock.pause(); J.clock.set(Number(e.target.value)); } });
    parts.push({ resize() {}, look: week => {
      play.textContent = J.say(J.clock.playing ? 'pause' : 'play');
      when.textContent = J.week(week); phase.textContent = J.phases(state.shown, week);
      track.max = J.clock.last(); track.value = week; track.setAttribute('aria-valuetext', when.textContent);
    } });
    return make('div', { class: 'jg-bar', role: 'group', 'aria-label': J.say('timeline') }, play,
      make('button', { 'data-back': true, 'aria-label': J.say('step_back'), onclick: () => J.clock.step(-1) }, '◀ 1'),
      make('button', { 'data-step': true, 'aria-label': J.say('step_on'), onclick: () => J.clock.step(1) }, '1 ▶'),
      when, make('span', { class: 'track' }, track), phase,
      make('label', {}, J.say('speed') + ' ', select('speed', [4, 13, 26, 52].map(s => [s, J.say('per_second', { weeks: s })]), J.clock.speed, v => J.clock.faster(Number(v)))));
  }

  function draw() {
    J.speak(state.lang);
    document.title = label(data.title) + ' · Jinguo';
    off.forEach(stop => stop());
    parts = [];
    const main = data.lesson ? withLesson() : make('main', { class: 'jg-grid replay' },
      ...(([pictures, charts]) => [make('div', { class: 'jg-left' }, pictures, make('details', { class: 'jg-box jg-legend-box', open: true, 'data-legend': true }, make('summary', {}, say('legend')), J.legend())), charts])(stage(data.charts.map(c => c.name))));
    document.body.replaceChildren(head(), main, bar());
    off = [J.clock.listen(week => parts.forEach(part => part.look(week)))];
    if (lesson) show();
  }

  // --- a lesson ----------------------------------------------------------------------------------

  function withLesson() {
    const card = data.lesson.cards[state.card], open = ['run', 'reveal'].includes(card.card);
    state.shown = card.sides;
    lesson = lesson || new J.Lesson(make('section', { class: 'jg-lesson', 'data-lesson': true }), {
      go: to => { state.card = to; draw(); },
      predict: (name, value) => { state.predictions = { ...state.predictions, [name]: value }; show(); },
    });
    const [pictures, charts] = open ? stage(card.charts, card) : [];
    return make('main', { class: 'jg-grid lesson' + (open ? '' : ' alone') }, lesson.root,
      open ? make('div', { class: 'jg-stage' + (card.charts.length > 2 ? ' three' : '') }, pictures, charts) : null);
  }

  function show() {
    lesson.set({ lesson: data.lesson, lang: state.lang, card: state.card, predictions: state.predictions,
      figures: data.figures, holds: data.holds, done: 0, total: 0 });
  }

  window.addEventListener('keydown', event => {
    const on = event.target.closest && event.target.closest('input, select, textarea, button, summary');
    const pressed = on && ['BUTTON', 'SUMMARY'].includes(on.tagName); // the space bar presses it
    if (event.ctrlKey || event.metaKey || event.altKey || pressed && event.key === ' '
      || on && !pressed && !(on.type === 'range' && event.key === ' ')) return;
    const clock = J.clock;
    const act = { ' ': () => clock.toggle(), ArrowRight: () => clock.step(event.shiftKey ? 13 : 1), ArrowLeft: () => clock.step(event.shiftKey ? -13 : -1),
      Home: () => { clock.pause(); clock.set(0); }, End: () => { clock.pause(); clock.set(clock.last()); } }[event.key];
    if (act) { act(); event.preventDefault(); }
  });
  window.addEventListener('resize', () => { parts.forEach(part => part.resize()); J.clock.touch(); });
  sides.forEach(side => J.put(side, data.films[side]));
  document.body.className = 'jg jg-page';
  draw();
})(window.Jinguo);
