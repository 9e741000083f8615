"""Names, labels, contrast, targets and widths of a page as it stands."""

from pathlib import Path

from playwright.async_api import Page

SCRIPT = (Path(__file__).parent / "audit.js").read_text(encoding="utf-8").split("\n", 1)[1]


async def audit(page: Page) -> list[str]:
    """What is wrong, one sentence a fault."""
    return list(await page.evaluate(SCRIPT))
