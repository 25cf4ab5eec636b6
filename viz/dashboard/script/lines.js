// Line charts: bands, dashes, names beside the lines, the week's cursor, scrubbing.
(function (J) {
  'use strict';
  const GREY = '#59646c', GRID = '#e3e7ea', SPAN = '#eef3ea', INK = '#1d262c';
  // Okabe and Ito, dark enough to read as text on white
  J.LINE = { a: '#00588f', b: '#a8400a', d: '#5b3a8c' };
  J.DASH = { a: [], b: [7, 4], d: [2, 3] };

  const BEFORE = 26; // weeks shown before the first that has a number

  function ticks(low, high) {
    const raw = (high - low) / 3 || 1, power = Math.pow(10, Math.floor(Math.log10(raw)));
    const step = [1, 2, 2.5, 5, 10].find(s => s * power >= raw) * power, out = [];
    for (let v = Math.ceil(low / step - 1e-9) * step; v <= high + step * 1e-6; v += step) out.push(v);
    return out;
  }

  function begins(series) {
    const firsts = series.map(s => s.values.findIndex(v => v !== null && v !== undefined)).filter(w => w >= 0);
    return firsts.length ? Math.max(0, Math.min(...firsts) - BEFORE) : 0;
  }

  class Lines {
    // series: [{name, values, tone, low, high}], kind of number, weeks, span, zero, limits;
    // `quiet(week)`: weeks that do not stretch the scale; `follow`: drawn as far as the week on
    // screen, so that nobody sees what comes; `first`: the week on the left, where charts share it
    constructor(canvas) { this.canvas = canvas; this.back = document.createElement('canvas'); }

    set(spec) { this.spec = spec; this.first = spec.first === undefined ? begins(spec.series) : spec.first; this.stale = true; }

    fit() {
      const box = this.canvas.getBoundingClientRect(), ratio = window.devicePixelRatio || 1;
      const w = Math.round(Math.max(60, box.width) * ratio), h = Math.round(Math.max(40, box.height) * ratio);
      if (this.canvas.width !== w || this.canvas.height !== h || this.back.width !== w || this.back.height !== h) {
        this.canvas.width = this.back.width = w; this.canvas.height = this.back.height = h; this.stale = true;
      }
      this.ratio = ratio; this.wide = w / ratio; this.high = h / ratio;
      this.left = 52; this.right = this.wide - 12; this.top = 8; this.bottom = this.high - 20;
    }

    range() {
      const s = this.spec;
      if (s.limits) return s.limits;
      let low = Infinity, high = -Infinity;
      for (const one of s.series)
        for (const values of [one.values, one.low, one.high])
          (values || []).forEach((v, w) => {
            if (v === null || v === undefined || s.quiet && s.quiet(w)) return;
            if (v < low) low = v;
            if (v > high) high = v;
          });
      if (low > high) return [0, 1];
      if (s.zero || low > 0 && low < 0.4 * high) low = Math.min(0, low);
      const room = (high - low) * 0.06 || Math.abs(high) * 0.1 || 1;
      return [low === 0 ? 0 : low - room, high + room];
    }

    span() { return Math.max(1, this.spec.weeks - 1 - this.first); }
    x(week) { return this.left + (this.right - this.left) * (week - this.first) / this.span(); }
    y(v) { return this.bottom - (this.bottom - this.top) * (v - this.low) / (this.upper - this.low || 1); }
    weekAt(x) {
      const week = this.first + Math.round((x - this.left) / Math.max(1, this.right - this.left) * this.span());
      return Math.min(week, this.spec.weeks - 1);
    }

    draw(week) {
      if (!this.spec) return;
      this.fit();
      if (this.stale) { this.paint(); this.stale = false; }
      const c = this.canvas.getContext('2d');
      c.setTransform(1, 0, 0, 1, 0, 0);
      c.clearRect(0, 0, this.canvas.width, this.canvas.height);
      c.drawImage(this.back, 0, 0);
      c.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
      week = Math.min(week, this.spec.weeks - 1);
      if (this.spec.follow) this.strokes(c, J.cut(this.spec.series, week + 1));
      if (week < this.first) return;
      const x = this.x(week);
      c.strokeStyle = INK; c.lineWidth = 1.2; c.beginPath(); c.moveTo(x, this.top); c.lineTo(x, this.bottom); c.stroke();
      for (const s of this.spec.series) {
        const v = s.values[Math.min(week, s.values.length - 1)];
        if (v === null || v === undefined) continue;
        c.beginPath(); c.arc(x, Math.max(this.top, this.y(v)), 4, 0, 2 * Math.PI);
        c.fillStyle = J.LINE[s.tone]; c.fill(); c.strokeStyle = '#fff'; c.lineWidth = 1.2; c.stroke();
      }
    }

    paint() {
      const c = this.back.getContext('2d'), s = this.spec;
      [this.low, this.upper] = this.range();
      c.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
      c.clearRect(0, 0, this.wide, this.high);
      if (s.span && s.span[0] !== null && s.span[0] !== undefined && s.span[0] < s.weeks) {
        const [from, to] = [this.x(s.span[0]), this.x(Math.min(s.span[1], Math.max(s.weeks - 1, s.span[0])))];
        c.fillStyle = SPAN;
        c.fillRect(from, this.top, to - from, this.bottom - this.top);
      }
      c.font = '12px ' + J.FONT; c.textAlign = 'right'; c.fillStyle = GREY; c.lineWidth = 1;
      const any = s.series.some(one => one.values.some(v => v !== null && v !== undefined));
      for (const t of any ? ticks(this.low, this.upper) : []) {
        c.strokeStyle = GRID; c.beginPath(); c.moveTo(this.left, this.y(t)); c.lineTo(this.right, this.y(t)); c.stroke();
        c.fillText(this.tick(t), this.left - 6, this.y(t) + 4);
      }
      this.years(c);
      if (!s.follow) this.strokes(c, s.series);
      this.pattern(c, s);
    }

    strokes(c, series) {
      c.save();
      c.beginPath(); c.rect(this.left, this.top - 2, this.right - this.left + 1, this.bottom - this.top + 3); c.clip();
      for (const one of series) if (one.low) this.band(c, one);
      for (const one of series) this.curve(c, one);
      c.restore();
      this.labels(c, series);
    }

    tick(value) {
      if (this.spec.kind === 'share') return String(Number(value.toFixed(3))).replace('-', '\u2212');
      return J.number(value, this.spec.kind === 'money' ? 'money' : this.upper - this.low < 3 ? 'hours' : 'count');
    }

    pattern(c, s) {
      if (!s.mark) return;
      c.setLineDash([4, 3]); c.strokeStyle = GREY; c.beginPath();
      c.moveTo(this.x(s.mark), this.top); c.lineTo(this.x(s.mark), this.bottom); c.stroke(); c.setLineDash([]);
    }

    years(c) {
      c.textAlign = 'center';
      const years = Math.ceil(this.spec.weeks / 52), begin = Math.ceil(this.first / 52);
      const every = Math.max(1, Math.ceil((years - begin) * 42 / (this.right - this.left)));
      for (let n = begin; n < years; n += every) {
        const x = this.x(n * 52);
        c.fillText(String(2015 + n), x, this.high - 5);
        c.strokeStyle = '#c9d0d5'; c.beginPath(); c.moveTo(x, this.bottom); c.lineTo(x, this.bottom + 4); c.stroke();
      }
    }

    band(c, one) {
      c.beginPath();
      let open = false;
      const back = [];
      one.low.forEach((v, w) => {
        if (v === null || one.high[w] === null) return;
        open ? c.lineTo(this.x(w), this.y(one.high[w])) : c.moveTo(this.x(w), this.y(one.high[w]));
        open = true; back.push(w);
      });
      for (const w of back.reverse()) c.lineTo(this.x(w), this.y(one.low[w]));
      c.closePath(); c.globalAlpha = 0.14; c.fillStyle = J.LINE[one.tone]; c.fill(); c.globalAlpha = 1;
    }

    curve(c, one) {
      c.beginPath();
      let open = false;
      one.values.forEach((v, w) => {
        if (v === null || v === undefined) { open = false; return; }
        open ? c.lineTo(this.x(w), this.y(v)) : c.moveTo(this.x(w), this.y(v));
        open = true;
      });
      c.setLineDash(J.DASH[one.tone]); c.strokeStyle = J.LINE[one.tone]; c.lineWidth = 2; c.stroke(); c.setLineDash([]);
    }

    // names at the right end, pushed apart
    labels(c, series) {
      const named = series.filter(s => s.name && s.values.length).map(s => {
        const last = [...s.values].reverse().find(v => v !== null && v !== undefined);
        return { text: s.name, tone: s.tone, y: last === undefined ? this.top + 12 : this.y(last) - 6 };
      }).sort((p, q) => p.y - q.y);
      c.font = 'bold 12px ' + J.FONT; c.textAlign = 'right';
      named.forEach((n, i) => {
        n.y = Math.max(n.y, this.top + 10, i ? named[i - 1].y + 14 : 0);
        const wide = c.measureText(n.text).width;
        c.fillStyle = 'rgba(255,255,255,.8)'; c.fillRect(this.right - wide - 2, n.y - 11, wide + 3, 14);
        c.fillStyle = J.LINE[n.tone]; c.fillText(n.text, this.right, n.y);
      });
    }
  }
  J.Lines = Lines;
  J.begins = begins;
  // lines and their bands before a week; all of them where there is none
  J.cut = (series, until) => !until ? series : series.map(s => ({ ...s, values: s.values.slice(0, until),
    ...(s.low ? { low: s.low.slice(0, until), high: s.high.slice(0, until) } : {}) }));
})(window.Jinguo);
