// The village as a picture: colour is burnout, size is income, shape is how she sells.
(function (J) {
  'use strict';
  // cividis, from low to high burnout: told apart by lightness alone
  J.COLOURS = ['#fde737', '#bfb16a', '#7d7c78', '#3f4c6b', '#00204c'];
  const INK = '#26323a', TIE = '38,70,96', PICK = '#b3400a', GROUP = '#00795c';
  const MARGIN = 20, TRUSTED = 0.7, MANY = 24;

  function shape(c, role, x, y, r) {
    c.beginPath();
    if (role === 'follower') {
      c.moveTo(x, y - 1.25 * r); c.lineTo(x + 1.15 * r, y + 0.85 * r);
      c.lineTo(x - 1.15 * r, y + 0.85 * r); c.closePath();
    } else if (role === 'cooperative') {
      c.rect(x - 0.9 * r, y - 0.9 * r, 1.8 * r, 1.8 * r);
    } else if (role === 'lead') {
      for (let i = 0; i < 10; i++) {
        const a = -Math.PI / 2 + i * Math.PI / 5, q = i % 2 ? 0.62 * r : 1.45 * r;
        c.lineTo(x + q * Math.cos(a), y + q * Math.sin(a));
      }
      c.closePath();
    } else if (role === 'outside' || role === 'closed') {
      c.moveTo(x, y - r); c.lineTo(x + r, y); c.lineTo(x, y + r); c.lineTo(x - r, y); c.closePath();
    } else { c.arc(x, y, r, 0, 2 * Math.PI); }
  }
  J.shape = shape;

  class Network {
    // options: ties 'none' | 'trusted' | 'all', groups, only, hamlet, picked; size of a canvas that is not on the page
    constructor(canvas, options) {
      this.canvas = canvas;
      this.options = Object.assign({ ties: 'none', groups: false, only: '', hamlet: 0, picked: -1 }, options);
      this.pointer = -1;
    }

    fit(film) {
      const { size } = this.options, box = size || this.canvas.getBoundingClientRect();
      const ratio = size ? size.ratio : window.devicePixelRatio || 1;
      const wide = Math.max(80, box.width), high = Math.max(80, box.height);
      if (this.canvas.width !== Math.round(wide * ratio) || this.canvas.height !== Math.round(high * ratio)) {
        this.canvas.width = Math.round(wide * ratio);
        this.canvas.height = Math.round(high * ratio);
        this.film = null;
      }
      this.ratio = ratio;
      if (this.film === film) return;
      this.film = film;
      this.wide = wide; this.high = high;
      this.x = film.place.map(p => MARGIN + p[0] * (wide - 2 * MARGIN));
      this.y = film.place.map(p => MARGIN + 14 + p[1] * (high - 2 * MARGIN - 14));
      this.unit = this.spacing() * 0.42;
      this.middles = this.hamlets(film);
    }

    // the smallest distance between two women, so that marks do not cover each other
    spacing() {
      let least = 60;
      for (let i = 0; i < this.x.length; i++)
        for (let j = i + 1; j < this.x.length; j++) {
          const d = Math.hypot(this.x[i] - this.x[j], this.y[i] - this.y[j]);
          if (d < least) least = d;
        }
      return Math.max(least, 7);
    }

    hamlets(film) {
      const found = {};
      film.hamlet.forEach((h, i) => {
        const m = found[h] = found[h] || { x: 0, top: 1e9, n: 0 };
        m.x += this.x[i]; m.n += 1; m.top = Math.min(m.top, this.y[i]);
      });
      return found;
    }

    shown(film, week, i) {
      const o = this.options, role = film.roleOf(week, i);
      if (o.hamlet && film.hamlet[i] !== o.hamlet) return false;
      if (o.only === 'selling') return ['alone', 'follower', 'cooperative', 'lead'].includes(role);
      if (o.only === 'above') return film.burnoutOf(week, i) > film.cutoff;
      return true;
    }

    radius(film, week, i) {
      const income = Math.max(0, film.of('income', week, i));
      return this.unit * Math.min(1.9, 0.5 + Math.sqrt(income / 900) * 0.62);
    }

    draw(film, week) {
      this.fit(film);
      const c = this.canvas.getContext('2d');
      c.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
      c.clearRect(0, 0, this.wide, this.high);
      this.names(c);
      this.ties(c, film, week);
      const focus = this.focus(), close = this.pointer < 0 ? null : new Set(
        film.neighbours(focus).filter(t => film.tieTrust(week, t) > 0).map(t => film.other(t, focus)));
      for (let i = 0; i < film.shown; i++) {
        const faint = !this.shown(film, week, i) || (close && i !== focus && !close.has(i));
        c.globalAlpha = faint ? 0.22 : 1;
        this.mark(c, film, week, i);
      }
      c.globalAlpha = 1;
      if (focus >= 0) this.ring(c, film, week, focus);
    }

    focus() { return this.pointer >= 0 ? this.pointer : this.options.picked; }

    names(c) {
      c.font = '13px ' + J.FONT; c.fillStyle = '#4a555d'; c.textAlign = 'center';
      c.strokeStyle = '#fff'; c.lineWidth = 4; c.lineJoin = 'round';
      const all = Object.entries(this.middles), short = all.length > MANY; // there the number alone has room
      for (const [h, m] of all) {
        const text = short ? h : J.say('hamlet', { hamlet: h }), y = Math.max(13, m.top - this.unit * 1.6 - 3);
        c.strokeText(text, m.x / m.n, y); c.fillText(text, m.x / m.n, y);
      }
    }

    ties(c, film, week) {
      const focus = this.focus(), mode = this.options.ties;
      if (mode !== 'none' && this.pointer < 0) {
        c.lineWidth = 0.8;
        for (const [low, high, alpha] of [[0.0001, 0.4, 0.10], [0.4, TRUSTED, 0.18], [TRUSTED, 2, 0.5]]) {
          if (mode === 'trusted' && low < TRUSTED) continue;
          c.beginPath();
          for (let t = 0; t < film.ties; t++) {
            const trust = film.tieTrust(week, t);
            if (trust >= low && trust < high) this.tie(c, film, t);
          }
          c.strokeStyle = `rgba(${TIE},${alpha})`; c.stroke();
        }
      }
      if (focus < 0) return;
      for (const t of film.neighbours(focus)) {
        const trust = film.tieTrust(week, t);
        if (trust <= 0) continue;
        c.beginPath(); this.tie(c, film, t);
        c.lineWidth = 0.6 + 3 * trust; c.strokeStyle = `rgba(${TIE},${0.35 + 0.6 * trust})`; c.stroke();
      }
    }

    tie(c, film, t) {
      const a = film.pairs[2 * t], b = film.pairs[2 * t + 1];
      c.moveTo(this.x[a], this.y[a]); c.lineTo(this.x[b], this.y[b]);
    }

    mark(c, film, week, i) {
      const role = film.roleOf(week, i), x = this.x[i], y = this.y[i];
      const quiet = role === 'outside' || role === 'closed';
      const r = quiet ? this.unit * 0.55 : this.radius(film, week, i);
      const colour = J.COLOURS[film.step(week, i)];
      if (this.options.groups && film.groupOf(week, i)) {
        c.beginPath(); c.arc(x, y, r + 4, 0, 2 * Math.PI);
        c.lineWidth = 2; c.strokeStyle = GROUP;
        c.setLineDash(film.groupOf(week, i) === 255 ? [3, 3] : []); c.stroke(); c.setLineDash([]);
      }
      shape(c, role, x, y, role === 'away' ? this.unit : r);
      if (role === 'closed' || role === 'away') {
        c.lineWidth = 1.4; c.strokeStyle = role === 'away' ? '#59646c' : J.COLOURS[Math.max(2, film.step(week, i))];
        c.stroke();
      } else {
        c.fillStyle = colour; c.fill();
        c.lineWidth = quiet ? 0.5 : 1; c.strokeStyle = INK; c.stroke();
      }
    }

    ring(c, film, week, i) {
      c.beginPath();
      c.arc(this.x[i], this.y[i], this.radius(film, week, i) + 6, 0, 2 * Math.PI);
      c.lineWidth = 3; c.strokeStyle = PICK; c.stroke();
      const text = J.woman(film, i);
      c.font = 'bold 14px ' + J.FONT;
      const wide = c.measureText(text).width + 12;
      const x = Math.min(Math.max(2, this.x[i] - wide / 2), this.wide - wide - 2);
      const y = this.y[i] > 44 ? this.y[i] - 38 : this.y[i] + 18;
      c.fillStyle = 'rgba(255,255,255,.94)'; c.fillRect(x, y, wide, 22);
      c.strokeStyle = PICK; c.lineWidth = 1; c.strokeRect(x, y, wide, 22);
      c.fillStyle = '#1d262c'; c.textAlign = 'left'; c.fillText(text, x + 6, y + 16);
    }

    // who is under a point of the picture
    under(x, y) {
      if (!this.x) return -1;
      let best = -1, least = Math.max(14, this.unit * 1.6);
      for (let i = 0; i < this.x.length; i++) {
        const d = Math.hypot(this.x[i] - x, this.y[i] - y);
        if (d < least) { least = d; best = i; }
      }
      return best;
    }
  }
  J.FONT = '"Noto Sans CJK SC","Noto Sans SC","Microsoft YaHei","PingFang SC",system-ui,sans-serif';
  J.Network = Network;
})(window.Jinguo);
