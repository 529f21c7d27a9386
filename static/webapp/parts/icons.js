// Line icons, drawn with the text's colour; the button beside each has the words.

import { html } from "../vendor/preact-htm.js";

const PATHS = {
  back: "M15 5l-7 7 7 7",
  search: "M11 4a7 7 0 1 0 0 14 7 7 0 0 0 0-14zM20 20l-4-4",
  cart: "M3 4h2l2.4 11.2a1.5 1.5 0 0 0 1.5 1.2h8.3a1.5 1.5 0 0 0 1.5-1.2L20.5 8H6M9.5 20h.01M17 20h.01",
  orders: "M6 3h12v18l-3-2-3 2-3-2-3 2zM9.5 8h5M9.5 12h5",
  plus: "M12 5v14M5 12h14",
  minus: "M5 12h14",
  clear: "M6 6l12 12M18 6L6 18",
  check: "M5 12.5l4.5 4.5L19 7.5",
  truck: "M3 6h11v10H3zM14 10h4l3 3v3h-7M7.5 19.5h.01M17.5 19.5h.01",
  pin: "M12 21s7-6.2 7-11.5a7 7 0 0 0-14 0C5 14.8 12 21 12 21zM12 9.5h.01",
  snow: "M12 3v18M4.2 7.5l15.6 9M4.2 16.5l15.6-9",
  tag: "M3 11.5V4h7.5l10 10-7.5 7.5zM7.5 8.5h.01",
  gift: "M4 11h16v9H4zM3 7.5h18V11H3zM12 7.5V20M12 7.5C9 7.5 7 6.5 7 5s3-2 5 2.5C14 3 17 3.5 17 5s-2 2.5-5 2.5z",
  heart: "M12 20.5S4 15.5 4 9.7A4.2 4.2 0 0 1 12 7.6a4.2 4.2 0 0 1 8 2.1c0 5.8-8 10.8-8 10.8z",
  next: "M9 5l7 7-7 7",
  person: "M12 4a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM4.5 20.5c.6-4 3.6-6 7.5-6s6.9 2 7.5 6",
  filter: "M4 7h9M17 7h3M15 4.5v5M4 17h3M11 17h9M9 14.5v5",
  cloud: "M4 4l16 16M8.5 8.2A5.5 5.5 0 0 0 7 18.5h9M18.6 17.8A3.8 3.8 0 0 0 17 10.6 5.5 5.5 0 0 0 12 6.5",
  star: "M12 3.5l2.6 5.4 5.9.8-4.3 4.1 1 5.9-5.2-2.8-5.2 2.8 1-5.9-4.3-4.1 5.9-.8z",
  phone: "M5 4h4l2 5-2.5 1.7a11 11 0 0 0 4.8 4.8L15 13l5 2v4a1.5 1.5 0 0 1-1.6 1.5C10.500 20 4 13.500 3.500 5.600A1.500 1.500 0 0 1 5 4z",
  out: "M14 4h5v16h-5M4 12h11M11 8l4 4-4 4",
  bell: "M6 16V11a6 6 0 0 1 12 0v5l1.5 2h-15zM10 20.5h4",
  clock: "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17zM12 8v4.5l3 2",
  alert: "M12 8v5M12 16.5h.01M12 3.5l9 16H3z",
};

/** Draw an icon of 24 units. */
export function Icon({ name, size = 24 }) {
  return html`<svg class="icon" width=${size} height=${size} viewBox="0 0 24 24" aria-hidden="true" focusable="false"><path d=${PATHS[name]} /></svg>`;
}
