"""Turns a captured terminal screen with colours (tmux capture-pane -e) into an SVG picture."""

import html
import re
import sys

COLOURS = {
    31: "#ff6b6b", 32: "#7bd88f", 33: "#ffd166", 34: "#7aa2f7", 35: "#c792ea", 36: "#5fd7e7",
    90: "#8b93a5", 91: "#ff6b6b", 92: "#7bd88f", 93: "#ffd166", 94: "#7aa2f7", 96: "#5fd7e7",
}
WIDTH, HEIGHT, MARGIN = 8.43, 18, 16


def runs(line):
    """Yields (column, text, colour, bold, dim) for each stretch of one look."""
    colour, bold, dim, column = None, False, False, 0
    for part in re.split(r"(\x1b\[[0-9;]*m)", line):
        code = re.fullmatch(r"\x1b\[([0-9;]*)m", part)
        if not code:
            if part:
                yield column, part, colour, bold, dim
            column += len(part)
            continue
        for number in [int(n or 0) for n in code.group(1).split(";")]:
            if number == 0:
                colour, bold, dim = None, False, False
            elif number == 1:
                bold = True
            elif number == 2:
                dim = True
            elif number == 39:
                colour = None
            elif number in COLOURS:
                colour = COLOURS[number]


lines = open(sys.argv[1], encoding="utf-8").read().rstrip("\n").split("\n")
width, height = 100 * WIDTH + 2 * MARGIN, len(lines) * HEIGHT + 2 * MARGIN
print(
    f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" '
    f'width="{width:.0f}" height="{height:.0f}" role="img" '
    'aria-label="The board of a synthetic ward in a terminal">'
)
print(f'<rect width="{width:.0f}" height="{height:.0f}" rx="8" fill="#161a24"/>')
print('<g font-family="DejaVu Sans Mono, Menlo, Consolas, monospace" font-size="14" xml:space="preserve">')
for row, line in enumerate(lines):
    for column, text, colour, bold, dim in runs(line):
        if not text.strip():
            continue
        x, y = MARGIN + column * WIDTH, MARGIN + row * HEIGHT + 13
        weight = ' font-weight="bold"' if bold else ""
        fill = colour or ("#8b93a5" if dim else "#e6e9f0")
        print(
            f'<text x="{x:.1f}" y="{y}" fill="{fill}"{weight} textLength="{len(text) * WIDTH:.1f}" '
            f'lengthAdjust="spacingAndGlyphs">{html.escape(text)}</text>'
        )
print("</g></svg>")
