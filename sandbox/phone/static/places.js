/** Areas and their sites, as two controls of a form offer them: {name, sample} each. */

/**
 * Offers the areas, and the sites of whichever is chosen; answers the function that offers an area's sites.
 *
 * @param areas    what is offered
 * @param sitesOf  (area's name) => its sites, or a Promise of them
 * @param chosen   the area at first
 */
export async function offerPlaces(app, { area, site, areas, sitesOf, chosen = null }) {
  const named = ({ name, sample }) => ({
    value: name,
    text: sample ? `${name}${app.texts.t("sample.brackets")}` : name,
  });
  const offerSites = async (name) => site.offer(name ? (await sitesOf(name)).map(named) : []);
  area.offer(areas.map(named));
  await offerSites(chosen);
  area.onChange(async () => {
    site.set(null);
    await offerSites(area.get());
  });
  return offerSites;
}

/** Every site that any exam names: {areas, sitesOf, sample}, for whoever has no registration yet. */
export async function everyPlace(app) {
  const named = await Promise.all((await app.exams()).map(({ code }) => app.api.sites(code)));
  const sites = [...new Map(named.flat().map((one) => [`${one.area} ${one.name}`, one])).values()];
  const areas = [...new Set(sites.map(({ area }) => area))].map((name) => ({ name }));
  return {
    areas,
    sitesOf: (area) => sites.filter((site) => site.area === area),
    sample: sites.find(({ sample }) => sample),
  };
}
