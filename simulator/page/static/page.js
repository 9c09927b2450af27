"use strict";
// Fetches the state every second and redraws only what has changed.

const SHOWN_HOMES = 12;
const STEPS = { temperature: 1, humidity: 5, sound: 10 };
const DIGITS = { temperature: 1, humidity: 0, sound: 0, pressure: 1 };
const ALARM = {
  off: ["Disarmed", "plain"],
  on_grace_period: ["Arming", "warn"],
  on: ["Armed", "good"],
  off_grace_period: ["Motion, entry delay", "warn"],
  critical_event: ["Alarm", "bad"],
};
const NOISE = {
  disturbance_first_notice: ["First notice", "warn"],
  disturbance_second_notice: ["Second notice", "warn"],
  disturbance_third_notice: ["Third notice", "bad"],
  disturbance_snoozed: ["Snoozed", "warn"],
  disturbance_dismissed: ["Dismissed", "plain"],
};

const $ = (id) => document.getElementById(id);
const drawn = new Map();
let pressed = false;

function escape(text) {
  return String(text).replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);
}

function draw(element, html) {
  // Not while a mouse button is down: a click needs its button to stay in place.
  if (pressed || drawn.get(element) === html) return;
  drawn.set(element, html);
  element.innerHTML = html;
}

function button(label, action, id, { kind = "", value, title = "", disabled = false } = {}) {
  const extra = value === undefined ? "" : ` data-value="${escape(JSON.stringify(value))}"`;
  return `<button class="${kind}" data-action="${action}" data-id="${id}"${extra} title="${escape(title)}" ${disabled ? "disabled" : ""}>${label}</button>`;
}

function badge([text, kind]) {
  return `<span class="badge ${kind}">${escape(text)}</span>`;
}

function clock(iso) {
  return new Date(iso).toLocaleTimeString([], { hour12: false });
}

function minutes(from, to) {
  const count = Math.round((new Date(to) - new Date(from)) / 60000);
  return count < 1 ? "under a minute" : `${count} min`;
}

function readingRow(point, reading) {
  const { name, unit, actual, reported } = reading;
  const digits = DIGITS[name];
  const step = STEPS[name];
  const set = (value, label, title) =>
    button(label, `set_${name}`, point.id, { kind: "step", value, title });
  const reset = button("reset", `set_${name}`, point.id, { kind: "quiet", value: null });
  const controls = step
    ? `${set(actual - step, "−", "lower")} ${set(actual + step, "+", "higher")} ${reset}`
    : "";
  return `<tr><td>${name[0].toUpperCase() + name.slice(1)}</td>
    <td class="number"><b>${actual.toFixed(digits)}</b> ${unit}</td><td>${controls}</td>
    <td class="hint">reported ${reported.toFixed(digits)}</td></tr>`;
}

function pointHtml(point, time) {
  const control = (label, name, options) => button(label, name, point.id, options);
  const state = point.online ? badge(["Online", "good"]) : badge(["Offline", "bad"]);
  const ongoing = point.ongoing.map((name) => badge([name.replaceAll("_", " "), "warn"])).join(" ");
  const battery = `<span class="${point.battery < 10 ? "bad" : "hint"}">Battery ${Math.round(point.battery)} %</span>`;
  const next = point.online ? `next in ${minutes(time, point.next)}` : "no reports while offline";
  return `<div class="point">
    <div class="row wrap"><h3>${escape(point.name)}</h3>${state}${ongoing}${point.mounted ? "" : badge(["Off its mount", "warn"])}
      <span class="right">${battery}</span></div>
    <p class="hint">Last report ${minutes(point.heard, time)} ago, ${next}</p>
    <table>${point.readings.map((reading) => readingRow(point, reading)).join("")}</table>
    <div class="buttons">${control("Press button", "press_button", { kind: "primary" })}
      ${control("Motion", "motion")}${control("Loud sound", "loud_sound")}${control("Glass break", "glass_break")}
      ${control("Smoke alarm heard", "smoke_alarm")}
      ${control("Smoke detected", "smoke_detected", { title: "Event smoke_detected of Minut's oldest API" })}${control("Smoking", "smoke")}</div>
    <div class="buttons">${point.mounted ? control("Take off mount", "remove_from_mount") : control("Put on mount", "mount")}
      ${control("Tamper", "old_tamper", { title: "Removed or attached: a first-generation Point does not say which" })}
      ${point.battery < 10 ? control("Charge", "charge") : control("Low battery", "low_battery")}
      ${point.battery > 0 ? control("Empty battery", "empty_battery") : ""}
      ${control("Heartbeat now", "heartbeat")}
      ${point.online ? control("Take offline", "take_offline") : control("Bring online", "bring_online")}
      ${control("Remove Point", "remove_device", { kind: "quiet" })}</div></div>`;
}

function homeHtml(home, time) {
  const control = (label, name, options) => button(label, name, home.id, options);
  const [text, kind] = ALARM[home.alarm];
  const left = home.alarm_seconds_left === null ? "" : ` (${home.alarm_seconds_left} s)`;
  const arming =
    home.alarm === "off" ? control("Arm", "arm", { kind: "primary" }) : control("Disarm", "disarm", { kind: "primary" });
  const silence = ["off_grace_period", "critical_event"].includes(home.alarm) ? control("Silence", "silence") : "";
  const calm = home.noise_monitoring ? ["Quiet", "plain"] : ["Monitoring off", "plain"];
  const noisy = home.noise
    ? control("Quiet", "quiet", { kind: "primary" }) + control("Snooze", "snooze_noise") + control("Dismiss", "dismiss_noise")
    : "";
  const unheard = { disabled: !home.noise_monitoring, title: home.noise_monitoring ? "" : "Noise monitoring is off" };
  const notices = ["Make noise", "2nd notice", "3rd notice"]
    .map((label, i) => control(label, `noise_${i + 1}`, unheard))
    .join("");
  const monitor = control(home.noise_monitoring ? "Turn monitoring off" : "Turn monitoring on", "monitor_noise", {
    kind: "quiet",
    value: !home.noise_monitoring,
  });
  const stays = home.stays ? control("Delete all", "end_stays", { kind: "quiet" }) : "";
  return `<div class="row"><h2>${escape(home.name)}</h2><span class="right">${control("Add Point", "add_device", { kind: "quiet" })}
      ${control("Remove home", "remove_home", { kind: "quiet" })}</span></div>
    <div class="row home-row wrap"><span>Alarm</span>${badge([text + left, kind])}${arming}${silence}</div>
    <div class="row home-row wrap"><span>Noise</span>${badge(NOISE[home.noise] ?? calm)}${notices}${noisy}${monitor}</div>
    <div class="row home-row wrap"><span>Stays</span>${badge([String(home.stays), "plain"])}${control("Begins now", "book_now")}
      ${control("Begins in 2 minutes", "book_soon")}${stays}</div>
    ${home.devices.map((point) => pointHtml(point, time)).join("")}`;
}

function drawHomes(state) {
  const wanted = $("filter").value.toLowerCase();
  const matches = state.homes.filter((home) => home.name.toLowerCase().includes(wanted));
  const isCut = matches.length > SHOWN_HOMES; // the newest home is shown anyway
  const shown = isCut ? [...matches.slice(0, SHOWN_HOMES - 1), matches.at(-1)] : matches;
  $("filter").hidden = state.homes.length <= SHOWN_HOMES;
  $("count").textContent = isCut ? `${shown.length} of ${matches.length} homes` : "";
  const ids = new Set(shown.map((home) => `home-${home.id}`));
  for (const card of [...$("homes").children]) if (!ids.has(card.id)) card.remove();
  for (const [place, home] of shown.entries()) {
    let card = $(`home-${home.id}`);
    if (!card) {
      card = Object.assign(document.createElement("article"), { id: `home-${home.id}`, className: "card" });
    }
    if ($("homes").children[place] !== card) $("homes").insertBefore(card, $("homes").children[place] ?? null);
    draw(card, homeHtml(home, state.time));
  }
}

function statusKind(status) {
  if (status === null) return ["…", "plain"];
  if (typeof status === "string") return [status, "warn"];
  return [status, status < 300 ? "good" : status < 400 ? "plain" : "bad"];
}

function logHtml(entries, nothing) {
  const line = ({ time, what, status, attempts }) => {
    const [text, kind] = statusKind(status);
    const tries = attempts > 1 ? `${attempts} tries ` : "";
    return `<div><span class="plain">${clock(time)}</span><span title="${escape(what)}">${escape(what)}</span><span class="${kind}">${tries}${text}</span></div>`;
  };
  return entries.map(line).join("") || `<p class="hint">${nothing}</p>`;
}

function controlHtml({ name, kind, value, choices }) {
  const data = `data-switch="${name}" data-kind="${kind}"`;
  if (kind === "seconds") return `<span class="seconds"><input type="number" min="0" ${data} value="${value}"> s</span>`;
  if (kind === "bool" || kind === "alternative") return `<input type="checkbox" ${data} ${value ? "checked" : ""}>`;
  const option = (choice) => `<option ${choice === value ? "selected" : ""}>${escape(choice)}</option>`;
  return `<select ${data}>${choices.map(option).join("")}</select>`;
}

function rowHtml(title, row) {
  const help = escape(row.help).replace(/`([^`]+)`/g, "<code>$1</code>");
  return `<label><span>${title}<span class="hint">${help}</span></span>${controlHtml(row)}</label>`;
}

function switchHtml(row) {
  const title = row.name.replaceAll("_", " ");
  return rowHtml(title[0].toUpperCase() + title.slice(1), row);
}

function alternativesHtml(groups) {
  const row = (each) => rowHtml(`<code>${each.name}</code>`, { ...each, kind: "alternative" });
  return groups.map(({ name, alternatives }) => `<h2>${escape(name)}</h2>${alternatives.map(row).join("")}`).join("");
}

function drawSwitches({ switches, alternatives }) {
  const active = alternatives.flatMap((group) => group.alternatives).filter(({ value }) => value).length;
  $("active").textContent = active ? `${active} active` : "";
  for (const [id, html] of [
    ["switches", () => switches.map(switchHtml).join("")],
    ["alternatives", () => alternativesHtml(alternatives)],
  ]) {
    // Not while a control has the focus: it would lose it.
    if (!$(id).contains(document.activeElement)) draw($(id), html());
  }
}

function accessHtml(switches) {
  const { value: refused } = switches.find(({ name }) => name === "refuse_api");
  return refused
    ? badge(["Refused with 403", "bad"]) + button("Allow again", "switch", "refuse_api", { kind: "primary", value: false })
    : button("Refuse (no API access)", "switch", "refuse_api", { value: true });
}

function show(state) {
  $("root").textContent = `${location.origin}/v8`;
  $("client_id").textContent = state.client_id;
  $("client_secret").textContent = state.client_secret;
  $("account").textContent = state.account;
  $("home_assistant").href = state.home_assistant ?? "";
  $("home_assistant").hidden = !state.home_assistant;
  $("clock").textContent = clock(state.time);
  const { total, peak_per_second, peak_per_minute } = state.limits;
  $("limits").textContent = `${total} in total, peak ${peak_per_second}/s and ${peak_per_minute}/min`;
  drawHomes(state);
  draw($("requests"), logHtml(state.requests, "None yet."));
  draw($("deliveries"), logHtml(state.deliveries, "None yet."));
  const hook = ({ url, events }) => `<div class="url" title="${escape(url)}">${escape(url)} <span class="hint">${escape(events)}</span></div>`;
  draw($("hooks"), state.hooks.map(hook).join("") || `<p class="hint">No webhook is registered.</p>`);
  draw($("faults"), state.faults.map((fault) => `<p class="warn">${escape(fault)}</p>`).join(""));
  draw($("access"), accessHtml(state.switches));
  drawSwitches(state);
}

function showProblem(text) {
  $("problem").hidden = !text;
  $("problem").textContent = text;
}

async function ask(path, options) {
  try {
    const response = await fetch(path, options);
    if (!response.ok) return showProblem(await response.text());
    showProblem("");
    show(await response.json());
  } catch {
    showProblem("The simulator does not respond.");
  }
}

const refresh = () => ask("/state");
const perform = (body) => ask("/action", { method: "POST", body: JSON.stringify(body) });

document.addEventListener("pointerdown", () => (pressed = true));
document.addEventListener("pointerup", () => setTimeout(() => (pressed = false)));
document.addEventListener("pointercancel", () => (pressed = false));
document.addEventListener("click", ({ target }) => {
  pressed = false;
  const { action, id = "", value = "null" } = target.dataset;
  if (action) perform({ action, id, value: JSON.parse(value) });
  if (target.matches(".copy")) navigator.clipboard.writeText(target.textContent);
});
document.addEventListener("change", ({ target }) => {
  const { switch: name, kind } = target.dataset;
  const action = kind === "alternative" ? "alternative" : "switch";
  if (name) perform({ action, id: name, value: target.type === "checkbox" ? target.checked : target.value });
});
$("filter").addEventListener("input", refresh);
setInterval(refresh, 1000);
refresh();
