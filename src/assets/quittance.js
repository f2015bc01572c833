// Quittance: quickens what works with plain links and forms. None needs it.
(() => {
  "use strict";
  const doc = document, root = doc.documentElement, lang = root.lang || "en";

  // Minor units as the server writes them, with a true minus sign.
  const money = (minor, currency) => {
    const f = new Intl.NumberFormat(lang, { style: "currency", currency });
    return f.format(minor / 10 ** f.resolvedOptions().maximumFractionDigits).replace("-", "\u2212");
  };
  // "3 invoices", from plural forms keyed as Intl.PluralRules names them.
  const count = (n, forms) => n && (forms[new Intl.PluralRules(lang).select(n)] || forms.other).replace("#", n);

  // The running total. Two currencies are never added: they are two payments.
  for (const form of doc.querySelectorAll("form[data-total]")) {
    const words = JSON.parse(form.dataset.total), part = (what) => form.querySelector(what);
    const rows = [...form.querySelectorAll("tbody input[type=checkbox]")], every = part("input[data-all]");
    const go = part(".bar .go");   // who may not pay may still tick, to download
    const total = () => {
      const sums = {}, on = rows.filter((box) => box.checked);
      for (const box of on) {
        const cur = box.closest("tbody").dataset.cur;
        sums[cur] = (sums[cur] || 0) + Number(box.dataset.m);
      }
      const credits = on.filter((box) => box.dataset.m < 0).length;
      const owed = [], credit = [];   // a credit pays nothing in another currency
      for (const [cur, minor] of Object.entries(sums)) {
        if (minor < 0) credit.push(words.credited.replace("#", money(-minor, cur)));
        else owed.push(money(minor, cur));
      }
      const pay = owed.length || !credit.length ? words.go.replace("#", owed.join(" + ")) : words.look;
      part(".bar .count").textContent =
        [count(on.length - credits, words.invoice), count(credits, words.credit)].filter(Boolean).join(", ") || words.none;
      part(".bar .sum").textContent = [owed.join(" + "), ...credit].filter(Boolean).join(", ");
      if (go) go.textContent = pay.trim().replace(/^./u, (c) => c.toLocaleUpperCase(lang));
      every.checked = on.length === rows.length;
      every.indeterminate = on.length > 0 && !every.checked;
    };
    every.closest(".js").classList.remove("js");
    every.onchange = () => rows.forEach((box) => { box.checked = every.checked; });
    form.addEventListener("change", total);
    addEventListener("pageshow", total);   // back brings ticks back: count them

    // Arrows, Home and End walk the rows; Space ticks as ever; Enter opens the document.
    form.addEventListener("keydown", (event) => {
      const at = rows.indexOf(event.target);
      if (at < 0) return;
      const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: rows.length - 1 }[event.key];
      if (rows[to]) rows[to].focus();
      else if (event.key === "Enter") event.target.closest("tr").querySelector("a").click();
      else return;
      event.preventDefault();
    });
  }

  // As soon as what a page shows has changed, its newer self takes its place, and is read out; but not
  // under the hands of who types. Where that fails, a page that waits is loaded anew from time to time.
  const main = doc.querySelector("main"), said = doc.createElement("p");
  said.className = "vh";
  said.setAttribute("role", "status");
  let typed = false;
  if (main) main.addEventListener("input", () => { typed = true; });
  const listen = () => {
    const waits = main && main.querySelector("[data-news]");
    if (!waits) return;
    const later = () => "anew" in waits.dataset && setTimeout(() => location.reload(), 4000);
    main.after(said);
    const news = new EventSource(waits.dataset.news);
    news.addEventListener("news", async () => {
      news.close();
      if (typed) return;
      try {
        const answer = await fetch(location.href);
        if (!answer.ok || answer.redirected) return location.reload();
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        doc.title = page.title;
        main.replaceChildren(...page.querySelector("main").childNodes);
        said.textContent = [...main.querySelectorAll("h1, h1 + p")].map((e) => e.textContent).join(". ");
        listen();
      } catch { later(); }
    });
    news.onerror = () => { if (news.readyState === EventSource.CLOSED) later(); };
  };
  listen();
  if (main && main.querySelector("[data-reload]")) later();

  // Passkeys: what the device answers goes into the form, and is sent like any other.
  const letters = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replace(/[+/]/g, (c) => (c === "+" ? "-" : "_")).replace(/=+$/, "");
  const bytes = (text) => Uint8Array.from(atob(text.replace(/[-_]/g, (c) => (c === "-" ? "+" : "/"))),
    (c) => c.charCodeAt(0));
  const plain = (text) => new TextEncoder().encode(text);
  for (const form of window.PublicKeyCredential ? doc.querySelectorAll("form[data-passkey]") : []) {
    const ask = JSON.parse(form.dataset.passkey), failed = form.querySelector(".error");
    const publicKey = { ...ask, challenge: plain(ask.challenge), timeout: 120000 };
    if (ask.user) {
      publicKey.user = { ...ask.user, id: plain(ask.user.id) };
      publicKey.pubKeyCredParams = ask.algorithms.map((alg) => ({ type: "public-key", alg }));
      publicKey.excludeCredentials = ask.known.map((id) => ({ type: "public-key", id: bytes(id) }));
    }
    form.hidden = false;
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      failed.hidden = true;
      try {
        const key = await navigator.credentials[ask.user ? "create" : "get"]({ publicKey });
        const said = key.response, field = form.elements;
        field.credential.value = key.id;
        field.client_data.value = letters(said.clientDataJSON);
        field.authenticator_data.value = letters(said.authenticatorData || said.getAuthenticatorData());
        if (said.signature) field.signature.value = letters(said.signature);
        form.submit();
      } catch { failed.hidden = false; }
    });
  }

  // One box for all rows of a list.
  for (const every of doc.querySelectorAll("input[data-every]")) {
    const rows = [...every.closest("table").querySelectorAll("tbody .c input")];
    every.hidden = false;
    every.onchange = () => rows.forEach((box) => { box.checked = every.checked; });
  }

  // Applying money: sums while typing, arrows between rows, "*" for all of one, Ctrl+Enter applies.
  for (const form of doc.querySelectorAll("form[data-apply]")) {
    const cur = form.dataset.apply, fields = [...form.querySelectorAll("input[data-free]")];
    if (!fields.length) continue;
    const f = new Intl.NumberFormat(lang, { style: "currency", currency: cur });
    const digits = f.resolvedOptions().maximumFractionDigits;
    const plain = new Intl.NumberFormat(lang, { minimumFractionDigits: digits });
    const point = (f.formatToParts(0).find((part) => part.type === "decimal") || { value: "." }).value;
    const minor = (text) => {
      const [whole, part = ""] = text.split(point), only = (s) => s.replace(/\D/g, "");
      return Number(only(whole)) * 10 ** digits + Number(only(part).slice(0, digits).padEnd(digits, "0"));
    };
    const go = form.querySelector(".bar .go"), say = (what, text) => { form.querySelector(`[data-sum=${what}]`).textContent = text; };
    const total = () => {
      const sum = (side) => fields.filter((one) => one.dataset.side === side).reduce((all, one) => all + minor(one.value), 0);
      const paid = sum("1"), credits = sum("-1");
      say("credits", money(credits, cur));
      say("paid", money(-paid, cur));
      say("left", money(Number(form.dataset.free) + credits - paid, cur));
      say("sum", money(paid, cur));
      go.textContent = go.dataset.words.replace("#", money(paid, cur));
    };
    form.addEventListener("input", total);
    form.addEventListener("keydown", (event) => {
      const at = fields.indexOf(event.target), to = fields[{ ArrowDown: at + 1, ArrowUp: at - 1 }[event.key]];
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) go.click();
      else if (at < 0) return;
      else if (to) to.select();
      else if (event.key === "*") {
        event.target.value = plain.format(event.target.dataset.free / 10 ** digits);
        total();
      } else return;
      event.preventDefault();
    });
  }

  // What is typed, shown as it will be: the page of the Preview button, without leaving this one.
  for (const form of doc.querySelectorAll("form[data-preview]")) {
    let wait;
    form.addEventListener("input", (event) => {
      if (event.target.type === "file") return;
      clearTimeout(wait);
      wait = setTimeout(async () => {
        const typed = new FormData(form), many = form.enctype.startsWith("multipart");
        for (const name of ["form_key", "logo"]) typed.delete(name);
        try {
          const to = form.querySelector("[formaction]").formAction;
          const got = await fetch(to, { method: "POST", body: many ? typed : new URLSearchParams(typed) });
          const page = new DOMParser().parseFromString(await got.text(), "text/html");
          const now = page.getElementById("preview"), sheet = "link[href*='/brand/']";
          if (now) doc.getElementById("preview").replaceChildren(...now.childNodes);
          if (now && page.querySelector(sheet) && doc.querySelector(sheet)) doc.querySelector(sheet).href = page.querySelector(sheet).getAttribute("href");
        } catch { /* the button is there */ }
      }, 300);
    });
  }

  // What the console's search finds, as one types: the search page's own answer, below the field.
  for (const field of doc.querySelectorAll("input[data-find]")) {
    const box = doc.createElement("div");
    let asked = 0;
    box.className = "found";
    box.hidden = true;
    field.form.after(box);
    const close = () => { box.hidden = true; };
    const look = async () => {
      const text = field.value.trim(), mine = ++asked;
      if (text.length < 2) return close();
      try {
        const answer = await fetch(`${field.dataset.find}?q=${encodeURIComponent(text)}`);
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        const found = page.getElementById("found");
        if (mine !== asked || !found) return;
        box.replaceChildren(...found.childNodes);
        box.hidden = false;
      } catch { close(); }
    };
    let wait;
    field.addEventListener("input", () => { clearTimeout(wait); wait = setTimeout(look, 150); });
    const links = () => [...box.querySelectorAll("tbody th a")];
    field.parentNode.parentNode.addEventListener("keydown", (event) => {
      const all = links(), at = all.indexOf(doc.activeElement);
      if (event.key === "Escape") { close(); field.focus(); return; }
      if (box.hidden || (at < 0 && event.target !== field)) return;
      const to = { ArrowDown: all[at + 1], ArrowUp: at > 0 ? all[at - 1] : field }[event.key];
      if (!to) return;
      event.preventDefault();
      to.focus();
    });
    doc.addEventListener("click", (event) => { if (!box.contains(event.target)) close(); });
  }

  // Keys, unless someone types or has switched them off (data-help on html): "/" goes to search, "g"
  // and a letter to a page, "j" and "k" or the arrows walk the rows of the first table.
  const places = { o: "/console", c: "/console/customers", i: "/console/invoices", p: "/console/payments",
    m: "/console/unapplied", d: "/console/deductions", s: "/console/disputes" };
  const seen = (one) => one.offsetParent !== null;
  const rows = () => [...doc.querySelectorAll("main :is(.fold, .list) > tbody > tr")].filter(seen);
  const walk = (step) => {
    const all = rows(), at = all.findIndex((row) => row.contains(doc.activeElement));
    const to = all[at < 0 ? Math.max(0, all.indexOf(left())) : at + step], link = to && to.querySelector("th a, td a");
    if (link) link.focus();
    return Boolean(link);
  };
  const tick = () => {
    const row = rows().find((one) => one.contains(doc.activeElement)), box = row && row.querySelector("input[type=checkbox]");
    if (box) box.click();
    return Boolean(box);
  };
  const keys = doc.getElementById("keys");

  // Who opens a row comes back to the list as it stood, and to the row: by "u", by the way back above
  // the title, or by the browser's own.
  const kept = window.sessionStorage, here = location.pathname, up = keys && doc.querySelector(".crumb a");
  const left = () => rows().find((row) => [...row.querySelectorAll("a")].some((a) => a.href === kept.getItem("row " + here)));
  if (keys) {
    const before = up && kept.getItem("list " + up.pathname), back = performance.getEntriesByType("navigation")[0];
    if (before && !up.search) up.search = before;
    doc.addEventListener("click", (event) => {
      const link = event.target.closest("main :is(.fold, .list) > tbody a");
      if (link) { kept.setItem("list " + here, location.search); kept.setItem("row " + here, link.href); }
      if (up && event.target === up) kept.setItem("back", up.pathname);
    });
    const row = (kept.getItem("back") === here || (back && back.type === "back_forward")) && left();
    if (row) row.querySelector("th a, td a").focus();
    kept.removeItem("back");
  }
  let went = 0;
  doc.addEventListener("keydown", (event) => {
    const types = event.target.closest("input:not([type=checkbox]), select, textarea, .found, [data-apply]");
    const held = event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented;
    if (types || held || (root.dataset.help || "").includes("no-keys")) return;
    const after = event.timeStamp - went < 1500, field = [...doc.querySelectorAll("input[type=search]")].find(seen);
    const inRow = event.target.closest("main :is(.fold, .list) > tbody > tr"), list = keys && !event.target.closest("[data-total]");
    let done = true;
    went = 0;
    if (event.key === "/" && field) field.select();
    else if (!keys) done = false;
    else if (after && places[event.key]) location.assign(places[event.key]);
    else if (event.key === "g") { went = event.timeStamp; done = false; }
    else if (event.key === "?") keys.togglePopover();
    else if (event.key === "u" && up) up.click();
    else if (list && (event.key === "j" || (inRow && event.key === "ArrowDown"))) done = walk(1);
    else if (list && (event.key === "k" || (inRow && event.key === "ArrowUp"))) done = walk(-1);
    else if (event.key === "x" || (event.key === " " && event.target.tagName === "A" && inRow)) done = tick();
    else done = false;
    if (done) event.preventDefault();
  });

  // A form that was not accepted: to the summary, or to the first field that needs mending.
  const wrong = doc.querySelector("main .summary[tabindex], main [aria-invalid=true]");
  if (wrong) wrong.focus();
})();
