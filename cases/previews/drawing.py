"""A program: reads a file, writes its first page as PNG; runs apart, with little memory and time.

It imports nothing of the product: what it reads comes from anybody, and what it may do is nothing but draw.
"""

import io
import resource
import sys
from typing import Any

SECONDS = 5
MEMORY = 1024 * 1024 * 1024
WIDTH, HEIGHT = 640, 906
MOST_PIXELS = 50_000_000


def main() -> None:
    """Draw what comes in, of the type that is named."""
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    content = sys.stdin.buffer.read()
    image = _page(content) if sys.argv[1] == "application/pdf" else _picture(content)
    target = io.BytesIO()
    # Drawn anew: whatever else the file carried stays behind.
    image.convert("RGB").save(target, "PNG", optimize=True)
    sys.stdout.buffer.write(target.getvalue())


def _page(content: bytes) -> Any:
    import pypdfium2  # type: ignore[import-untyped]

    page = pypdfium2.PdfDocument(content)[0]
    width, height = page.get_size()
    return page.render(scale=min(WIDTH / width, HEIGHT / height, 3), may_draw_forms=False).to_pil()


def _picture(content: bytes) -> Any:
    from PIL import Image, ImageOps

    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    with Image.open(io.BytesIO(content), formats=("PNG", "JPEG")) as image:
        if image.width * image.height > MOST_PIXELS:
            raise ValueError("too many pixels")
        image.draft("RGB", (WIDTH, HEIGHT))
        turned = ImageOps.exif_transpose(image)
        turned.thumbnail((WIDTH, HEIGHT))
        # On white, as on paper.
        paper = Image.new("RGBA", turned.size, "white")
        paper.alpha_composite(turned.convert("RGBA"))
        return paper


if __name__ == "__main__":
    main()
