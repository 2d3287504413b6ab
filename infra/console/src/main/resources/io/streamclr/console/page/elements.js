'use strict';

const Elements = {
  /** An element with text and classes; text is never taken for markup. */
  make(tag, text, className) {
    const made = document.createElement(tag);
    if (text != null) {
      made.textContent = text;
    }
    if (className) {
      made.className = className;
    }
    return made;
  },
};
