// Products that a list has shown: their page begins with what the list knew of them.

import { spoken } from "./i18n.js";

const seen = new Map();
const MOST = 500;

/** Remember the products of a list. */
export function remember(products) {
  for (const product of products) seen.set(`${spoken()}/${product.slug}`, product);
  for (const key of seen.keys()) {
    if (seen.size <= MOST) break;
    seen.delete(key);
  }
}

/** Return what a list knew of a product, in the language that is spoken. */
export const known = (slug) => seen.get(`${spoken()}/${slug}`);
