// One clock for everything on the page: which week is shown, playing or not.
(function (J) {
  'use strict';
  const listeners = new Set(), settled = new Set();
  const clock = {
    week: 0, weeks: 1, limit: null, playing: false, speed: 13, drawn: 0, lastDraw: 0,

    // called with the week whenever it changes, before the next picture
    listen(tell) { listeners.add(tell); tell(clock.week); return () => listeners.delete(tell); },
    // called once the week rests, to remember it
    settle(tell) { settled.add(tell); return () => settled.delete(tell); },
    length(weeks) { clock.weeks = Math.max(1, weeks); if (clock.week >= weeks) clock.set(weeks - 1); },
    // the last week that may be shown: of the run, or of what a class has played so far
    last() { return clock.limit === null ? clock.weeks - 1 : Math.min(clock.limit, clock.weeks - 1); },
    bound(limit) { clock.limit = limit; if (clock.week > clock.last()) { clock.pause(); clock.set(clock.last()); } clock.touch(); },
    set(week) {
      week = Math.max(0, Math.min(Math.round(week), clock.last()));
      if (week !== clock.week) { clock.week = week; clock.touch(); }
      if (!clock.playing) rest();
    },
    step(by) { clock.pause(); clock.set(clock.week + by); },
    play() {
      if (clock.playing) return;
      if (clock.week >= clock.last()) clock.set(0);
      clock.playing = true; began = null; clock.touch();
    },
    pause() { if (clock.playing) { clock.playing = false; clock.touch(); rest(); } },
    toggle() { clock.playing ? clock.pause() : clock.play(); },
    touch() { if (!asked) { asked = true; requestAnimationFrame(paint); } },
  };
  let asked = false, began = null, from = 0, timer = null;

  function paint(now) {
    asked = false;
    if (clock.playing) {
      if (began === null) { began = now; from = clock.week; }
      const seconds = (now - began) / 1000; // who wants little motion sees one picture a second
      const due = from + (J.still ? Math.floor(seconds) * clock.speed : Math.floor(seconds * clock.speed));
      clock.week = Math.min(due, clock.last());
      if (clock.week >= clock.last()) { clock.playing = false; rest(); }
    }
    listeners.forEach(tell => tell(clock.week));
    clock.drawn += 1;
    clock.lastDraw = performance.now();
    if (clock.playing) clock.touch();
  }
  function rest() {
    clearTimeout(timer);
    timer = setTimeout(() => settled.forEach(tell => tell(clock.week)), 400);
  }
  clock.faster = function (speed) { clock.speed = speed; began = null; clock.touch(); };
  J.clock = clock;
})(window.Jinguo);
