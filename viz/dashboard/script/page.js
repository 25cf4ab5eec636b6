// What the parts of the page share: words in both languages, and whether things may move.
(function (J) {
  'use strict';
  J.texts = J.texts || { en: {}, zh: {} };
  J.still = window.matchMedia && window.matchMedia('(prefers-reduced-motion: reduce)').matches;
  J.speak = function (lang) {
    J.lang = lang; J.words = J.texts[lang] || J.texts.en;
    const root = document.documentElement, code = lang === 'zh' ? 'zh-CN' : 'en', title = J.say('title');
    if (root.lang !== code) root.lang = code; // even the same one again restyles the whole page
    if (document.title !== title) document.title = title;
  };
  // a field's value, which news from elsewhere never takes from under the visitor's hands
  const kept = function (field, { value, oldValue }) {
    if (value !== oldValue || field !== document.activeElement) field.value = value;
  };
  // a part of the page: what it does itself, and saying a text in its language
  J.part = function (own) {
    const speak = function () { if (J.lang !== this.lang) J.speak(this.lang); };
    return Object.assign({}, own, {
      created() {
        J.speak(this.lang);
        this.$options.directives.kept = { inserted: kept, componentUpdated: kept };
      },
      beforeUpdate: speak,
      methods: Object.assign({
        t(key, fields) { speak.call(this); return J.say(key, fields); },
        n(value, kind) { speak.call(this); return J.number(value, kind); },
      }, own.methods),
    });
  };
  J.save = function (name, content, type) {
    const blob = content instanceof Blob ? content : new Blob([content], { type });
    const link = document.createElement('a');
    link.href = URL.createObjectURL(blob); link.download = name;
    document.body.appendChild(link); link.click(); link.remove();
    setTimeout(() => URL.revokeObjectURL(link.href), 5000);
  };
  // the page's zoom is the visitor's own business
  const view = document.querySelector('meta[name=viewport]');
  if (view) view.setAttribute('content', 'width=device-width, initial-scale=1');
})(window.Jinguo);
