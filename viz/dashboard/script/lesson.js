// One lesson on the screen: its cards, the class's predictions, the trainer's notes.
// The page and the single-file replay use the same code; what a button means is told by `tell`.
(function (J) {
  'use strict';
  const say = (key, fields) => J.say('story.' + key, fields), EARLY = ['question', 'predict'];

  function make(tag, attributes, ...inside) {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes || {})) {
      if (name.startsWith('on')) node.addEventListener(name.slice(2), value);
      else if (value === true) node.setAttribute(name, '');
      else if (value !== false && value !== null && value !== undefined) node.setAttribute(name, value);
    }
    node.append(...inside.filter(x => x !== null && x !== undefined));
    return node;
  }
  J.make = make;

  // what colours, sizes and shapes mean
  J.legend = function () {
    const film = J.films.a, row = (...parts) => make('div', { class: 'jg-legend' }, ...parts);
    const mark = role => {
      const canvas = make('canvas', { width: 18, height: 18, style: 'vertical-align:-4px', 'aria-hidden': 'true' }), c = canvas.getContext('2d');
      J.shape(c, role, 9, 10, 5.5); c.lineWidth = 1.3; c.fillStyle = '#9aa4ab'; c.strokeStyle = '#26323a';
      if (role !== 'closed' && role !== 'away') c.fill();
      c.stroke();
      return make('span', {}, canvas, J.say('role_' + role));
    };
    const colour = (c, i) => make('span', {}, make('i', { class: 'jg-dot', style: `background:${c}` }), J.say('step_' + i));
    return make('div', {}, row(make('b', {}, J.say('burnout')), ...J.COLOURS.map(colour)),
      row(make('b', {}, J.say('role')), ...['alone', 'lead', 'follower', 'cooperative', 'outside', 'closed', 'away'].map(mark)),
      row(make('span', {}, J.say('size_means'))),
      film ? row(make('span', {}, J.say('cutoff_note', { cutoff: J.number(film.cutoff, 'share') }))) : null);
  };

  // a figure as people read it
  J.figure = function (figure) {
    if (!figure) return '–';
    if (figure.kind === 'signed') return J.signed(figure.value, 'count');
    if (figure.kind === 'percent') return J.number(figure.value, 'count');
    if (figure.kind === 'price') return J.number(figure.value, Math.abs(figure.value) < 10 ? 'share' : 'hours');
    return J.number(figure.value, figure.kind);
  };

  class Lesson {
    // tell: {go(card), predict(name, value), leave(), more()}; what is missing has no button
    constructor(root, tell) {
      this.root = root; this.tell = tell; this.notes = this.legend = false; this.until = null;
      this.off = [J.clock.listen(week => this.stop(week))];
      this.keys = event => this.key(event);
      window.addEventListener('keydown', this.keys);
    }

    end() {
      this.off.forEach(off => off());
      J.clock.bound(null);
      window.removeEventListener('keydown', this.keys);
      if (this.aside && !this.aside.closed) this.aside.close();
    }

    // lesson, lang, card (from 0), predictions {figure: text}, figures or null, holds, done, total
    set(state) {
      const before = this.state;
      this.state = state;
      J.speak(state.lang);
      J.clock.bound(this.last());
      const same = before && ['lesson', 'lang', 'card'].every(k => before[k] === state[k])
        && JSON.stringify(this.shown(before)) === JSON.stringify(this.shown(state));
      if (!same) this.draw(!before || before.card !== state.card);
      this.wait();
    }

    // what of the state is seen on its card: nobody's slider is drawn anew under her hand
    shown(state) {
      const { card, predict } = state.lesson.cards[state.card];
      if (card === 'question') return [];
      if (card === 'predict') return predict.choices.length ? [state.predictions] : [];
      return [state.figures, state.predictions, state.holds];
    }

    // the last week that the class may see: none before it has played any
    last() { const { card, until } = this.card; return until ? until - 1 : EARLY.includes(card) ? 0 : null; }

    get lesson() { return this.state.lesson; }
    get card() { return this.lesson.cards[this.state.card]; }
    text(label) {
      if (!label) return '';
      return J.fill(label[this.state.lang], (whole, name) => J.figure((this.state.figures || {})[name]));
    }

    // --- drawing ---------------------------------------------------------------------------------

    draw(fresh) {
      const card = this.card, held = document.activeElement, focus = held && this.root.contains(held)
        ? held.dataset.focus : null;
      const all = this.lesson.cards.length, now = this.state.card + 1;
      const body = make('article', { class: 'jg-card', 'data-card': card.card, 'aria-live': 'polite' },
        make('p', { class: 'step' }, `${say('card_' + card.card)} · ${say('step_of', { now, all })}`),
        make('h1', { tabindex: -1 }, this.text(card.title)),
        ...this.text(card.text).split('\n').filter(Boolean).map(t => make('p', {}, t)),
        ...this.inside(card));
      this.root.replaceChildren(this.head(), body, this.hints(card), this.feet(now, all));
      const node = focus && this.root.querySelector(`[data-focus="${focus}"]`);
      if (node) node.focus();
      else if (focus || fresh && this.drawn) body.querySelector('h1').focus({ preventScroll: true });
      if (!this.drawn) requestAnimationFrame(() => { // the button that began it is gone by then
        if (document.activeElement === document.body) this.root.querySelector('h1').focus({ preventScroll: true });
      });
      this.drawn = true;
      if (fresh) this.until = null;
      this.tellNotes();
    }

    head() {
      return make('div', { class: 'jg-lesson-head' },
        make('b', {}, this.text(this.lesson.title)), make('span', { class: 'grow' }),
        this.tell.leave ? make('button', { 'data-leave': true, 'data-focus': 'leave', onclick: () => this.tell.leave() }, say('leave')) : null);
    }

    feet(now, all) {
      return make('div', { class: 'jg-lesson-feet' },
        make('button', { 'data-prev': true, 'data-focus': 'prev', 'aria-disabled': String(now === 1), onclick: () => this.go(-1) }, say('back')),
        now < all ? make('button', { class: 'main', 'data-next': true, 'data-focus': 'next', onclick: () => this.go(1) }, say('next'))
          : make('button', { 'data-again': true, 'data-focus': 'again', onclick: () => this.tell.go(0) }, say('again')),
        now === all && this.tell.more ? make('button', { class: 'main', 'data-more': true, onclick: () => this.tell.more() }, say('try_it')) : null,
        make('span', { class: 'grow' }),
        ['run', 'reveal'].includes(this.card.card) ? make('button', { 'data-legend': true, 'data-focus': 'legend', 'aria-expanded': String(this.legend),
          onclick: () => { this.legend = !this.legend; this.notes = false; this.draw(false); this.wait(); } }, say('legend')) : null,
        make('button', { 'data-notes': true, 'data-focus': 'notes', 'aria-expanded': String(this.notes), onclick: () => this.toggle() },
          say(this.notes ? 'notes_hide' : 'notes')));
    }

    hints(card) {
      if (this.legend && ['run', 'reveal'].includes(card.card)) return make('div', { 'data-legend-box': true }, J.legend());
      if (!this.notes) return make('div');
      return make('aside', { class: 'jg-hints', 'data-hints': true, 'aria-label': say('notes') },
        make('p', {}, this.text(card.notes) || say('no_notes')),
        make('button', { 'data-notes-window': true, onclick: () => this.window() }, say('notes_window')));
    }

    inside(card) {
      if (card.card === 'predict') return [this.ask(card.predict)];
      if (card.card === 'run') return [this.running(card)];
      if (card.card === 'reveal') return this.revealed(card);
      if (card.card === 'talk') return [make('ol', {}, ...card.questions.map(q => make('li', {}, this.text(q))))];
      return [];
    }

    running(card) {
      const [first, last] = card.weeks || [0, J.clock.weeks];
      this.button = make('button', { class: 'main big', 'data-watch': true, 'data-focus': 'watch',
        onclick: () => this.watch(first, last - 1) }, say('watch', { first, last }));
      this.told = make('p', { class: 'soft', role: 'status' });
      return make('div', {}, this.button, this.told);
    }

    wait() {
      if (!this.button || this.card.card !== 'run') return;
      const ready = Boolean(this.state.figures);
      this.button.disabled = !ready;
      this.told.textContent = ready ? say('one_village') : say('computing', { done: this.state.done, total: this.state.total });
    }

    revealed(card) {
      if (!this.state.figures) return [make('p', { class: 'soft', role: 'status' }, say('computing', this.state))];
      const parts = card.shows.map(name => this.compared(name));
      if (!this.state.holds) parts.unshift(make('p', { class: 'jg-note', 'data-otherwise': true }, say('otherwise')));
      return parts;
    }

    // --- predictions -----------------------------------------------------------------------------

    asked(name) { return this.lesson.cards.map(c => c.predict).find(p => p && p.figure === name); }
    number(value, predict) { return J.number(Number(value), predict.step >= 1 ? 'count' : predict.step >= 0.1 ? 'hours' : 'share'); }
    unit(predict) { return predict.unit ? ' ' + this.text(predict.unit) : ''; }

    ask(predict) {
      const said = this.state.predictions[predict.figure];
      if (predict.choices.length) return this.choices(predict, said);
      const middle = (predict.low + predict.high) / 2, start = said === undefined ? middle : Number(said);
      const out = make('output', { class: 'guess' }, said === undefined ? '?' : this.number(said, predict) + this.unit(predict));
      const name = this.text(this.card.title);
      const show = event => {
        out.textContent = this.number(event.target.value, predict) + this.unit(predict);
        event.target.setAttribute('aria-valuetext', out.textContent);
      };
      const store = event => { show(event); this.tell.predict(predict.figure, event.target.value); };
      const typed = event => { if (/^(Arrow|Home|End)/.test(event.key)) store(event); };
      return make('div', { class: 'jg-ask' }, out,
        make('input', { type: 'range', min: predict.low, max: predict.high, step: predict.step, value: start, 'aria-label': name,
          'aria-valuetext': said === undefined ? '' : out.textContent, 'data-slider': predict.figure, 'data-focus': 'slider', oninput: show,
          onchange: store, onpointerup: store, onkeyup: typed }), // the middle can be meant, too
        make('div', { class: 'ends' }, make('span', {}, this.number(predict.low, predict)), make('span', {}, this.number(predict.high, predict))),
        make('p', { class: 'soft' }, say('say_it')));
    }

    choices(predict, said) {
      return make('div', { class: 'jg-ask', role: 'radiogroup', 'aria-label': this.text(this.card.title) },
        ...predict.choices.map((choice, i) => make('button', { class: 'choice', role: 'radio', 'aria-checked': String(said === String(i)),
          'data-choice': i, 'data-focus': 'choice' + i, onclick: () => this.tell.predict(predict.figure, String(i)) },
        (said === String(i) ? '● ' : '○ ') + this.text(choice.label))),
        make('p', { class: 'soft' }, say('choose_it')));
    }

    compared(name) {
      const predict = this.asked(name), said = this.state.predictions[name], figure = this.state.figures[name];
      if (predict.choices.length) return this.chosen(predict, said, figure);
      const box = make('div', { class: 'jg-scale', role: 'img', 'data-scale': name });
      const place = v => Math.max(0, Math.min(1, (v - predict.low) / (predict.high - predict.low))) * 100;
      const beyond = v => (v < predict.low || v > predict.high ? ` (${say('outside')})` : '');
      const rows = [['happened', figure.value, J.figure(figure)]];
      if (said !== undefined) rows.unshift(['predicted', Number(said), this.number(said, predict)]);
      for (const [who, value, told] of rows) {
        if (value === null) continue;
        box.append(make('div', { class: 'line ' + who }, make('span', { class: 'name' }, say(who)),
          make('span', { class: 'track' }, make('span', { class: 'bar', style: `width:${place(value)}%` })),
          make('b', {}, told + this.unit(predict) + beyond(value))));
      }
      box.setAttribute('aria-label', say('scale', { told: J.joined([...box.children].map(r => r.textContent)) }));
      if (said === undefined) box.append(make('p', { class: 'soft' }, say('not_predicted')));
      return box;
    }

    chosen(predict, said, figure) {
      const inside = c => figure.value !== null && (c.low === null || figure.value >= c.low) && (c.high === null || figure.value < c.high);
      return make('ul', { class: 'jg-chosen', 'data-scale': predict.figure }, ...predict.choices.map((c, i) => make('li', {},
        make('span', {}, this.text(c.label)),
        said === String(i) ? make('b', { class: 'predicted' }, say('predicted')) : null,
        inside(c) ? make('b', { class: 'happened' }, say('happened')) : null)),
      ...(said === undefined ? [make('p', { class: 'soft' }, say('not_predicted'))] : []));
    }

    // --- going on --------------------------------------------------------------------------------

    go(by) {
      const card = this.state.card + by, run = this.card.card === 'run' && this.card.weeks;
      if (card < 0 || card >= this.lesson.cards.length) return;
      this.until = null;
      J.clock.pause();
      if (run && by > 0 && this.state.figures) J.clock.set(run[1] - 1); // the result is seen at its end
      const next = this.lesson.cards[card];
      if (by > 0 && next.card === 'run' && next.weeks && J.clock.week > next.weeks[0]) J.clock.set(next.weeks[0]);
      this.tell.go(card);
    }

    watch(first, last) {
      J.clock.pause(); J.clock.set(first);
      if (J.still) { J.clock.set(last); return; }
      this.until = last; J.clock.play();
    }

    stop(week) { if (this.until !== null && week >= this.until) { const last = this.until; this.until = null; J.clock.pause(); J.clock.set(last); } }

    key(event) {
      const on = event.target.closest && event.target.closest('input, select, textarea, dialog');
      if (event.ctrlKey || event.metaKey || event.altKey || on && on.type !== 'range' || !this.state) return;
      const act = { PageDown: () => this.go(1), PageUp: () => this.go(-1), n: () => this.toggle(), N: () => this.toggle() }[event.key];
      if (act) { act(); event.preventDefault(); }
    }

    // --- the trainer's notes ---------------------------------------------------------------------

    toggle() { this.notes = !this.notes; this.legend = false; this.draw(false); this.wait(); }

    window() {
      this.aside = window.open('', 'jinguo-notes', 'width=520,height=420');
      this.notes = !this.aside;
      this.draw(false); this.wait();
    }

    tellNotes() {
      if (!this.aside || this.aside.closed) return;
      const page = this.aside.document, card = this.card;
      page.title = say('notes');
      page.body.style.cssText = 'font:19px/1.5 sans-serif;margin:1em';
      page.body.replaceChildren(make('p', {}, `${this.text(this.lesson.title)} · ${say('step_of', { now: this.state.card + 1, all: this.lesson.cards.length })}`),
        make('h1', { style: 'font-size:22px' }, this.text(card.title)), make('p', {}, this.text(card.notes) || say('no_notes')));
    }
  }
  J.Lesson = Lesson;
})(window.Jinguo);
