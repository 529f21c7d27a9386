// What the page brought with it, so that the first screen has nothing to wait for.

const element = document.getElementById("first");
const given = element ? JSON.parse(element.textContent) : {};

/** Return what the page brought under a name in a language, once: whoever asks later asks the shop. */
export function takeGiven(name, language) {
  if (given.language !== language) return undefined;
  const found = given[name];
  delete given[name];
  return found;
}
