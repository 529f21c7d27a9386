// The board on which a zone's area is drawn. It only writes GeoJSON into the text below it, and
// reads what is pasted there; the server holds both to the same rules.
"use strict";

const SVG = "http://www.w3.org/2000/svg";
const EARTH = 6371.0088;
const DEGREE_KM = (Math.PI / 180) * EARTH;
const STEPS = [0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5];
const TAP = 6; // A finger trembles by so many pixels.
const EDGE = 14; // So near to an edge a tap sets a corner between its ends.

class Board {
  constructor(root) {
    this.root = root;
    this.plan = root.querySelector("svg");
    this.said = root.querySelector(".area-said");
    this.text = root.parentElement.querySelector("textarea");
    this.others = JSON.parse(root.querySelector("#area-others").textContent);
    this.centreFields = ["latitude", "longitude"].map((name) => document.getElementById(`id_${name}`));
    this.past = [];
    this.chosen = -1;
    this.read();
    this.fit();
    this.listen();
  }

  listen() {
    new ResizeObserver(() => this.draw()).observe(this.plan);
    this.text.addEventListener("input", (event) => { if (event.isTrusted) { this.read(); this.fit(); this.draw(); } });
    this.text.addEventListener("change", () => { this.read(); this.draw(); });
    for (const field of this.centreFields) field?.addEventListener("change", () => this.draw());
    this.plan.addEventListener("pointerdown", (event) => this.press(event));
    this.plan.addEventListener("keydown", (event) => this.key(event));
    for (const button of this.root.querySelectorAll("[data-tool]")) {
      button.addEventListener("click", () => { this[button.dataset.tool](); this.draw(); });
    }
  }

  // What there is.

  read() {
    this.corners = [];
    this.foreign = null;
    this.unreadable = false;
    this.chosen = -1;
    if (!this.text.value.trim()) return;
    try {
      const polygons = polygonsOf(JSON.parse(this.text.value));
      if (polygons.length === 1 && polygons[0].length === 1) this.corners = polygons[0][0].slice(0, -1).map(([lon, lat]) => [lon, lat]);
      else this.foreign = polygons;
      this.unreadable = !polygons.length;
    } catch {
      this.unreadable = true;
    }
  }

  write() {
    const ring = this.corners.map((point) => point.map((number) => Number(number.toFixed(6))));
    const whole = ring.length < 3 ? "" : JSON.stringify({ type: "Polygon", coordinates: [[...ring, ring[0]]] });
    this.text.value = whole;
    this.unreadable = false;
    this.text.dispatchEvent(new Event("input", { bubbles: true }));
  }

  remember() { this.past.push({ corners: this.corners.map((point) => [...point]), foreign: this.foreign, text: this.text.value }); }

  centre() {
    const [lat, lon] = this.centreFields.map((field) => Number((field?.value || "").replace(",", ".")));
    return Number.isFinite(lat) && Number.isFinite(lon) && (lat || lon) ? [lon, lat] : null;
  }

  // The tools.

  undo() {
    const before = this.past.pop();
    if (!before) return;
    this.corners = before.corners;
    this.foreign = before.foreign;
    this.chosen = -1;
    this.write();
    this.text.value = before.text;
  }

  remove() {
    if (this.chosen < 0) return;
    this.remember();
    this.corners.splice(this.chosen, 1);
    this.chosen = -1;
    this.write();
  }

  clear() {
    this.remember();
    this.corners = [];
    this.foreign = null;
    this.chosen = -1;
    this.write();
  }

  nearer() { this.span /= 1.6; }

  farther() { this.span *= 1.6; }

  fit() {
    const points = [...this.corners, ...(this.foreign || []).flat(2), ...(this.centre() ? [this.centre()] : [])];
    if (!this.corners.length && !this.foreign) {
      for (const zone of this.others) points.push(...zone.area ? polygonsOf(zone.area).flat(2) : boxOf(zone));
    }
    const [lons, lats] = [0, 1].map((axis) => points.map((point) => point[axis]));
    const [west, east, south, north] = points.length ? [Math.min(...lons), Math.max(...lons), Math.min(...lats), Math.max(...lats)] : [37.3, 37.9, 55.5, 56];
    this.middle = [(west + east) / 2, (south + north) / 2];
    this.span = Math.max((north - south) * 1.25, (east - west) * this.narrow() * 0.85, 0.02);
  }

  // Degrees to pixels and back; `span` is the height of the board in degrees.

  narrow() { return Math.cos((this.middle[1] * Math.PI) / 180); }

  pixels([lon, lat]) {
    const scale = this.height / this.span;
    return [this.width / 2 + (lon - this.middle[0]) * scale * this.narrow(), this.height / 2 - (lat - this.middle[1]) * scale];
  }

  degrees([x, y]) {
    const scale = this.height / this.span;
    return [this.middle[0] + (x - this.width / 2) / scale / this.narrow(), this.middle[1] - (y - this.height / 2) / scale];
  }

  at(event) {
    const box = this.plan.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  }

  // The finger.

  press(event) {
    if (event.button) return;
    const start = this.at(event);
    const [index, middle] = [Number(event.target.dataset.corner ?? -1), [...this.middle]];
    const grabbed = index >= 0 ? [...this.corners[index]] : null;
    let moved = false;
    this.plan.setPointerCapture(event.pointerId);
    const move = (now) => {
      const place = this.at(now);
      if (!moved && Math.hypot(place[0] - start[0], place[1] - start[1]) < TAP) return;
      if (!moved && grabbed) this.remember();
      moved = true;
      if (grabbed) {
        this.chosen = index;
        this.corners[index] = this.degrees(place);
      } else {
        this.middle = [...middle];
        const [from, to] = [this.degrees(start), this.degrees(place)];
        this.middle = [middle[0] + from[0] - to[0], middle[1] + from[1] - to[1]];
      }
      this.draw();
    };
    const done = (now) => {
      this.plan.removeEventListener("pointermove", move);
      if (now.type === "pointerup" && !moved) this.tap(start, index);
      else if (moved && grabbed) this.write();
      this.draw();
    };
    this.plan.addEventListener("pointermove", move);
    this.plan.addEventListener("pointerup", done, { once: true });
    this.plan.addEventListener("pointercancel", done, { once: true });
  }

  tap(place, index) {
    if (this.foreign) return;
    if (index >= 0) {
      this.chosen = this.chosen === index ? -1 : index;
      return;
    }
    this.remember();
    const edge = this.edgeAt(place);
    this.chosen = edge < 0 ? this.corners.length : edge + 1;
    this.corners.splice(this.chosen, 0, this.degrees(place));
    this.write();
  }

  edgeAt(place) {
    if (this.corners.length < 3) return -1;
    const points = this.corners.map((corner) => this.pixels(corner));
    return points.findIndex((from, i) => gap(place, from, points[(i + 1) % points.length]) < EDGE);
  }

  key(event) {
    const steps = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    if (event.key === "Delete" || event.key === "Backspace") this.remove();
    else if (event.key === "+" || event.key === "=") this.nearer();
    else if (event.key === "-") this.farther();
    else if (event.key === "Enter") this.tap([this.width / 2, this.height / 2], -1);
    else if (steps[event.key] && this.chosen >= 0) {
      const [x, y] = this.pixels(this.corners[this.chosen]);
      this.remember();
      this.corners[this.chosen] = this.degrees([x + 5 * steps[event.key][0], y + 5 * steps[event.key][1]]);
      this.write();
    } else if (event.key === "Tab" && this.chosen >= 0 && !event.shiftKey && this.chosen < this.corners.length - 1) this.chosen += 1;
    else return;
    event.preventDefault();
    this.draw();
  }

  // The picture.

  draw() {
    const box = this.plan.getBoundingClientRect();
    if (!box.width) return;
    [this.width, this.height] = [box.width, box.height];
    this.plan.setAttribute("viewBox", `0 0 ${box.width} ${box.height}`);
    const crossed = crosses(this.corners);
    this.plan.replaceChildren(...this.grid(), ...this.zones(), ...this.own(crossed), ...this.pin());
    this.say(crossed);
    this.root.querySelector("[data-tool=undo]").disabled = !this.past.length;
    this.root.querySelector("[data-tool=remove]").disabled = this.chosen < 0;
    this.root.querySelector("[data-tool=clear]").disabled = !this.corners.length && !this.foreign;
  }

  grid() {
    const [west, north] = this.degrees([0, 0]);
    const [east, south] = this.degrees([this.width, this.height]);
    const lines = [];
    const every = (span, room) => STEPS.find((step) => span / step <= room) || 10;
    const [across, down] = [every(east - west, this.width / 80), every(north - south, this.height / 60)];
    for (let lon = Math.ceil(west / across) * across; lon < east; lon += across) {
      const [x] = this.pixels([lon, 0]);
      lines.push(make("line", { class: "grid", x1: x, x2: x, y1: 0, y2: this.height }), word(x + 3, this.height - 5, short(lon, across)));
    }
    for (let lat = Math.ceil(south / down) * down; lat < north; lat += down) {
      const [, y] = this.pixels([0, lat]);
      lines.push(make("line", { class: "grid", x1: 0, x2: this.width, y1: y, y2: y }), word(3, y - 4, short(lat, down)));
    }
    return lines;
  }

  zones() {
    return this.others.flatMap((zone) => {
      if (zone.area) {
        const [x, y] = this.pixels(polygonsOf(zone.area)[0][0][0]);
        return [this.shape(polygonsOf(zone.area), "other"), word(x + 6, y + 14, zone.name)];
      }
      const [x, y] = this.pixels([Number(zone.longitude), Number(zone.latitude)]);
      const radius = (Number(zone.radius_km) / DEGREE_KM) * (this.height / this.span);
      return [make("circle", { class: "other", cx: x, cy: y, r: radius }), word(x + 6, y - radius + 14, zone.name)];
    });
  }

  own(crossed) {
    if (this.foreign) return [this.shape(this.foreign, "own")];
    const shape = this.corners.length ? [this.shape([[this.corners]], crossed ? "own crossed" : "own")] : [];
    const corners = this.corners.flatMap((corner, i) => {
      const [cx, cy] = this.pixels(corner);
      const dot = make("circle", { class: i === this.chosen ? "corner chosen" : "corner", cx, cy, r: 6.5 });
      const touch = make("circle", { class: "touch", cx, cy, r: 20 });
      touch.dataset.corner = i;
      return [dot, touch];
    });
    return [...shape, ...corners];
  }

  pin() {
    const centre = this.centre();
    if (!centre) return [];
    const [x, y] = this.pixels(centre);
    return [make("path", { class: "centre", d: `M${x - 8} ${y}H${x + 8}M${x} ${y - 8}V${y + 8}` })];
  }

  shape(polygons, kind) {
    const ways = polygons.flat(1).map((ring) => `M${ring.map((point) => this.pixels(point).map((n) => n.toFixed(1)).join(" ")).join("L")}Z`);
    return make("path", { class: kind, d: ways.join("") });
  }

  say(crossed) {
    const words = this.root.dataset;
    const corner = this.corners[this.chosen];
    this.said.classList.toggle("wrong", crossed || this.unreadable);
    if (this.unreadable) this.said.textContent = words.unreadable;
    else if (this.foreign) this.said.textContent = words.foreign;
    else if (crossed) this.said.textContent = words.crossing;
    else if (!this.corners.length) this.said.textContent = words.empty;
    else {
      const size = this.corners.length < 3 ? "" : ` · ${sizeOf(this.corners).toFixed(1)} ${words.km}²`;
      const where = corner ? ` · ${corner[1].toFixed(5)}, ${corner[0].toFixed(5)}` : "";
      this.said.textContent = `${words.corners}: ${this.corners.length}${size}${where}`;
    }
  }
}

function polygonsOf(found) {
  if (found.type === "FeatureCollection") return found.features.flatMap(polygonsOf);
  if (found.type === "Feature") return polygonsOf(found.geometry);
  const polygons = found.type === "Polygon" ? [found.coordinates] : found.type === "MultiPolygon" ? found.coordinates : [];
  const numbers = polygons.flat(3);
  if (!numbers.every(Number.isFinite)) throw new TypeError("no numbers");
  return polygons;
}

function boxOf(zone) {
  const [lat, lon, degrees] = [Number(zone.latitude), Number(zone.longitude), Number(zone.radius_km) / DEGREE_KM];
  const wide = degrees / Math.cos((lat * Math.PI) / 180);
  return [[lon - wide, lat - degrees], [lon + wide, lat + degrees]];
}

/** How far a place is from the line between two others, in pixels. */
function gap([x, y], [ax, ay], [bx, by]) {
  const length = (bx - ax) ** 2 + (by - ay) ** 2;
  const part = length ? Math.max(0, Math.min(1, ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / length)) : 0;
  return Math.hypot(x - ax - part * (bx - ax), y - ay - part * (by - ay));
}

function crosses(points) {
  const count = points.length;
  const side = (a, b, c) => Math.sign((b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]));
  for (let i = 0; i < count && count < 400; i += 1) {
    for (let j = i + 2; j < count; j += 1) {
      if (i === 0 && j === count - 1) continue;
      const [a, b, c, d] = [points[i], points[i + 1], points[j], points[(j + 1) % count]];
      if (side(a, b, c) * side(a, b, d) < 0 && side(c, d, a) * side(c, d, b) < 0) return true;
    }
  }
  return false;
}

function sizeOf(points) {
  const flat = points.map(([lon, lat]) => [(lon * Math.PI) / 180, Math.sin((lat * Math.PI) / 180)]);
  const twice = flat.reduce((sum, [x, y], i) => {
    const [nextX, nextY] = flat[(i + 1) % flat.length];
    return sum + x * nextY - nextX * y;
  }, 0);
  return (Math.abs(twice) / 2) * EARTH ** 2;
}

function make(kind, attributes) {
  const node = document.createElementNS(SVG, kind);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  return node;
}

function word(x, y, text) {
  const node = make("text", { x, y });
  node.textContent = text;
  return node;
}

function short(number, step) { return number.toFixed(step < 0.01 ? 3 : step < 0.1 ? 2 : 1); }

document.addEventListener("DOMContentLoaded", () => {
  for (const root of document.querySelectorAll("[data-area-board]")) new Board(root);
});
