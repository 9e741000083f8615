/** The mini-program's pages as the service names them, in to-dos and in messages, and where each is on this phone. */

const ADDRESSES = {
  "pages/account/account": () => "/account",
  "pages/form/form": ({ registration }) => `/registrations/${registration}/form`,
  "pages/steps/steps": ({ registration }) => `/registrations/${registration}`,
  "pages/payment/payment": ({ registration }) => `/registrations/${registration}/payment`,
  "pages/admit-card/admit-card": ({ registration }) => `/registrations/${registration}/admit-card`,
  "pages/results/results": ({ registration }) => `/registrations/${registration}/results`,
  "pages/inquiry/inquiry": ({ inquiry }) => `/inquiries/${inquiry}`,
};

/** The address of `pages/form/form?registration=…`; null for no page, or for one that this phone doesn't have. */
export function addressOf(page) {
  const [path, query] = (page ?? "").replace(/^\//, "").split("?");
  return ADDRESSES[path]?.(Object.fromEntries(new URLSearchParams(query))) ?? null;
}
