// Numbers and sentences, in the language of the page.
(function (J) {
  'use strict';
  J.words = {};
  J.lang = 'en';
  J.say = function (key, fields) {
    const text = J.words[key];
    if (text === undefined) return key;
    return J.fill(text, (whole, name) => fields && name in fields ? fields[name] : whole);
  };
  // a text with its fields filled in; no space inside a large amount of money
  J.fill = (text, value) => text.replace(/\{(\w+)\}/g, value).replace(/万 元/g, '万元');

  // clauses that hold commas of their own
  J.joined = parts => parts.join(J.lang === 'zh' ? '；' : '; ');

  const MINUS = '\u2212', NONE = '–';
  function grouped(value, digits) {
    const fixed = Math.abs(value).toFixed(digits), parts = fixed.split('.');
    parts[0] = parts[0].replace(/\B(?=(\d{3})+$)/g, ',');
    return (value < 0 && Number(fixed) !== 0 ? MINUS : '') + parts.join('.');
  }
  // digits by kind: money, share (0 to 1), hours, count
  J.number = function (value, kind) {
    if (value === null || value === undefined || Number.isNaN(value)) return NONE;
    if (kind === 'money') {
      if (J.lang === 'zh' && Math.round(Math.abs(value)) >= 10000)
        return grouped(value / 10000, Math.abs(value) >= 1e6 ? 0 : 1).replace(/\.0$/, '') + '万';
      return grouped(value, 0);
    }
    if (kind === 'share') return grouped(value, 2);
    if (kind === 'fine') return grouped(value, 3);
    if (kind === 'price' || kind === 'hours') return grouped(value, 1);
    return grouped(value, 0);
  };
  J.signed = function (value, kind) {
    const text = J.number(value, kind);
    return text === NONE || text.startsWith(MINUS) || /^[0.]+$/.test(text) ? text : '+' + text;
  };
  // week 0 is the first of 2015
  J.week = function (week) {
    const year = 2015 + Math.floor(week / 52), month = 1 + Math.floor((week % 52) / 52 * 12);
    return J.say('week', { week, year, month: J.lang === 'zh' ? month : J.say('month_' + month) });
  };
  J.woman = function (film, woman) {
    return J.say('woman', { hamlet: film.hamlet[woman], number: film.number[woman] });
  };
  // what happened up to this week, in one or two sentences
  J.told = function (film, week) {
    const at = film.at(week), selling = film.selling[at], above = film.above[at];
    const before = film.selling.slice(0, at).some(count => count > 0);
    const key = selling === 0 ? before ? 'told_none_left' : 'told_nobody' : selling === 1 ? 'told_one' : 'told';
    return J.say(key, { selling: J.number(selling), above: J.number(above) });
  };
  J.phase = function (film, week) {
    if (film.start === null || film.start === undefined) return J.say('phase_none');
    if (week < film.start) return J.say('phase_before', { week: film.start });
    if (week < film.stop) return J.say('phase_during', { week: week - film.start + 1 });
    return J.say('phase_after', { week: week - film.stop + 1 });
  };
  // of one future or two: said once where they agree, else by those that have a project
  J.phases = function (sides, week) {
    const told = sides.map(side => J.phase(J.films[side], week)), none = J.say('phase_none');
    if (new Set(told).size === 1) return told[0];
    return sides.map((side, i) => (told[i] === none ? '' : `${side.toUpperCase()} ${told[i]}`)).filter(Boolean).join(' · ');
  };
})(window.Jinguo);
