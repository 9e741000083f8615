"""Those who act for a point, a site, an area or the nation."""
