// A film in the browser: the frames of one run, decoded once, never changed.
// Plain script, no modules: the page and the single-file replay load the same files.
window.Jinguo = window.Jinguo || {};
(function (J) {
  'use strict';

  function bytes(text) {
    const raw = atob(text), out = new Uint8Array(raw.length);
    for (let i = 0; i < raw.length; i++) out[i] = raw.charCodeAt(i);
    return out;
  }

  class Film {
    constructor(data) {
      Object.assign(this, data);
      for (const name of ['burnout', 'trust', 'hours', 'role', 'tie_trust', 'group'])
        this[name] = bytes(data[name]);
      this.income = new Int16Array(bytes(data.income).buffer);
      this.pairs = new Uint16Array(bytes(data.pairs).buffer);
      this.near = null;
    }

    // the last week that is filmed, at most the one asked for
    at(week) { return Math.max(0, Math.min(week, this.weeks - 1)); }
    of(name, week, woman) { return this[name][this.at(week) * this.shown + woman]; }
    burnoutOf(week, woman) { return this.of('burnout', week, woman) / 250; }
    trustOf(week, woman) { return this.of('trust', week, woman) / 250; }
    hoursOf(week, woman) { return this.of('hours', week, woman) / 2; }
    roleOf(week, woman) { return this.roles[this.of('role', week, woman)]; }
    // which fifth of the scale, 0 to 4
    step(week, woman) { return Math.min(4, Math.floor(this.of('burnout', week, woman) / 50)); }
    shot(week) { return Math.floor(this.at(week) / this.snapshot); }
    tieTrust(week, tie) { return this.tie_trust[this.shot(week) * this.ties + tie] / 250; }
    groupOf(week, woman) { return this.group[this.shot(week) * this.shown + woman]; }
    line(name, week) {
      const values = this.lines[name];
      return values ? values[this.at(week)] : null;
    }

    // a woman's line over all weeks
    life(name, woman) {
      const out = new Array(this.weeks);
      for (let w = 0; w < this.weeks; w++)
        out[w] = name === 'income' ? this.income[w * this.shown + woman]
          : name === 'hours' ? this.hoursOf(w, woman)
            : this.of(name, w, woman) / 250;
      return out;
    }

    // the ties of every woman, found once
    neighbours(woman) {
      if (!this.near) {
        this.near = Array.from({ length: this.shown }, () => []);
        for (let t = 0; t < this.ties; t++) {
          this.near[this.pairs[2 * t]].push(t);
          this.near[this.pairs[2 * t + 1]].push(t);
        }
      }
      return this.near[woman];
    }

    other(tie, woman) {
      return this.pairs[2 * tie] === woman ? this.pairs[2 * tie + 1] : this.pairs[2 * tie];
    }

    find(hamlet, number) {
      for (let i = 0; i < this.shown; i++)
        if (this.hamlet[i] === hamlet && this.number[i] === number) return i;
      return -1;
    }

    // money spent and hours worked up to a week
    sum(name, week) {
      const values = this.lines[name] || [];
      let total = 0;
      for (let w = 0; w <= this.at(week) && w < values.length; w++) total += values[w] || 0;
      return total;
    }
  }

  const films = {}, waiting = new Set();
  J.Film = Film;
  J.films = films;
  // the films on this page, by side: `a`, `b`
  J.put = function (side, data) {
    if (!data || !data.key) { delete films[side]; } else if (!films[side]
      || films[side].key !== data.key || films[side].weeks !== data.weeks) {
      films[side] = new Film(data);
    }
    if (films.a && films.a.weeks === films.a.total) J.clock.length(films.a.total);
    waiting.forEach(tell => tell());
    J.clock.touch();
  };
  J.onFilm = function (tell) { waiting.add(tell); return () => waiting.delete(tell); };
})(window.Jinguo);
