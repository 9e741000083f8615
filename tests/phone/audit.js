// What is wrong with the page as it stands: a list of sentences, empty where nothing is. Evaluated in the page by audit.py.
() => {
  const faults = [];
  const shown = (element) =>
    element.checkVisibility({ visibilityProperty: true }) && element.getClientRects().length > 0;
  const called = (element) =>
    `${element.tagName.toLowerCase()}${element.id ? `#${element.id}` : ""}.${[...element.classList].join(".")} "${element.textContent.trim().slice(0, 24)}"`;
  const all = (selector) => [...document.querySelectorAll(selector)].filter(shown);

  const named = (element) =>
    element.getAttribute("aria-label")?.trim() ||
    (element.getAttribute("aria-labelledby") ?? "")
      .split(" ")
      .some((id) => document.getElementById(id)?.textContent.trim()) ||
    [...(element.labels ?? [])].some((label) => label.textContent.trim()) ||
    (["BUTTON", "A", "SUMMARY"].includes(element.tagName) && element.textContent.trim());
  for (const element of all("a[href], button, input, select, textarea")) {
    if (!element.closest("[aria-hidden=true]") && !named(element)) faults.push(`no name: ${called(element)}`);
  }
  for (const image of all("img")) if (!image.hasAttribute("alt")) faults.push(`no alt: ${called(image)}`);
  for (const group of all("fieldset"))
    if (!group.querySelector("legend")?.textContent.trim()) faults.push(`no legend: ${called(group)}`);
  const headings = all("h1");
  if (headings.length !== 1) faults.push(`${headings.length} h1`);
  const ids = [...document.querySelectorAll("[id]")].map(({ id }) => id);
  for (const id of new Set(ids.filter((id, at) => ids.indexOf(id) !== at))) faults.push(`id twice: ${id}`);
  for (const attribute of ["for", "aria-describedby", "aria-labelledby"]) {
    for (const element of document.querySelectorAll(`[${attribute}]`)) {
      for (const id of element.getAttribute(attribute).split(" ")) {
        if (!document.getElementById(id)) faults.push(`${attribute} leads nowhere: ${called(element)} → ${id}`);
      }
    }
  }

  // Fingers need 24 px each way (WCAG 2.2, 2.5.8); links inside a sentence are free.
  for (const element of all("#phone button, #phone a[href]")) {
    const { width, height } = element.getBoundingClientRect();
    if (Math.min(width, height) < 24 && getComputedStyle(element).display !== "inline")
      faults.push(`small target: ${called(element)} ${width}×${height}`);
  }

  // Nothing is wider than the screen, nothing scrolls sideways.
  if (document.documentElement.scrollWidth > innerWidth)
    faults.push(`the page is ${document.documentElement.scrollWidth} px wide`);
  for (const element of all("*")) {
    if (
      element.scrollWidth > element.clientWidth + 1 &&
      ["auto", "scroll"].includes(getComputedStyle(element).overflowX)
    )
      faults.push(`scrolls sideways: ${called(element)}`);
    if (element.getBoundingClientRect().right > innerWidth + 1 && !element.closest(".unseen"))
      faults.push(`sticks out: ${called(element)}`);
  }

  // Contrast (WCAG 1.4.3): every text against what is painted behind it.
  const channels = (colour) => {
    const [red, green, blue, alpha = 1] = colour.match(/[\d.]+/g).map(Number);
    return { rgb: [red, green, blue], alpha };
  };
  const over = (front, back) => front.rgb.map((value, at) => value * front.alpha + back[at] * (1 - front.alpha));
  const behind = (element) => {
    const layers = [];
    for (let at = element; at; at = at.parentElement) {
      const layer = channels(getComputedStyle(at).backgroundColor);
      if (layer.alpha > 0) layers.push(layer);
      if (layer.alpha === 1) break;
    }
    return layers.reduceRight((back, layer) => over(layer, back), [255, 255, 255]);
  };
  const luminance = (rgb) => {
    const [red, green, blue] = rgb
      .map((value) => value / 255)
      .map((value) => (value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  for (const element of all("body *")) {
    const speaks = [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.textContent.trim());
    if (!speaks || element.closest(".unseen, [inert]") || element.closest("button:disabled")) continue;
    const style = getComputedStyle(element);
    const back = behind(element);
    const [light, dark] = [luminance(over(channels(style.color), back)), luminance(back)].sort(
      (one, other) => other - one,
    );
    const ratio = (light + 0.05) / (dark + 0.05);
    const size = parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    if (ratio < (large ? 3 : 4.5)) faults.push(`contrast ${ratio.toFixed(2)}: ${called(element)}`);
  }
  return [...new Set(faults)];
};
