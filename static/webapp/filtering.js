// What the list of goods is asked for, as the address carries it.

const LISTS = { tag: "tag", no: "exclude_allergen" };
const ORDERS = ["new", "price", "-price"];

/** Nothing asked for. */
export const NO_FILTERS = { category: "", sale: false, stock: false, tag: [], no: [], min: "", max: "", sort: "" };

/** Return what an address asks for; what can't be asked is left out. */
export function filtersOf(query) {
  const sum = (name) => (/^\d{1,7}$/.test(query.get(name) ?? "") ? query.get(name) : "");
  const sort = query.get("sort") ?? "";
  return {
    category: query.get("category") ?? "", sale: query.has("sale"), stock: query.has("stock"),
    tag: query.getAll("tag"), no: query.getAll("no"), min: sum("min"), max: sum("max"), sort: ORDERS.includes(sort) ? sort : "",
  };
}

/** Return the address's query of what is asked for, with its "?" where there is any. */
export function addressOf(filters, search = "") {
  const { category, sale, stock, tag, no, min, max, sort } = filters;
  const pairs = [["category", category], ["sale", sale && "1"], ["stock", stock && "1"], ...tag.map((code) => ["tag", code]), ...no.map((code) => ["no", code]), ["min", min], ["max", max], ["sort", sort], ["q", search]];
  const query = new URLSearchParams(pairs.filter(([, value]) => value));
  return query.size ? `?${query}` : "";
}

/** Return the same as the shop's API asks it. */
export function askedOf(filters, search) {
  return {
    category: filters.category, on_sale: filters.sale ? "true" : "", in_stock: filters.stock ? "true" : "",
    [LISTS.tag]: filters.tag, [LISTS.no]: filters.no, price_min: filters.min, price_max: filters.max, ordering: filters.sort, search,
  };
}

/** Return how many limits are set beside the shelf. */
export const countOf = ({ sale, stock, tag, no, min, max, sort }) =>
  Number(sale) + Number(stock) + tag.length + no.length + Number(Boolean(min || max)) + Number(Boolean(sort));

/** The ways to order the list. */
export const SORTS = ["", ...ORDERS];
