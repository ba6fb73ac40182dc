"""A window on lines of text, painted as they come into view."""

from __future__ import annotations

from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.widget import Widget


class Lines(ScrollView, can_focus=True):
    """Lines of text, as many as there are. Subclasses say how many, and paint each.

    The bar beside them has its place whether it is needed or not: a bar that came and went with the number of
    lines would have the whole screen laid out anew, often at every key.
    """

    DEFAULT_CSS = """
    Lines {
        overflow-x: hidden; overflow-y: scroll; scrollbar-size-vertical: 1;
        scrollbar-background: $background; scrollbar-background-hover: $background;
        scrollbar-background-active: $background;
    }
    """

    def measure(self, count: int) -> None:
        """There are so many lines."""
        size = Size(self.size.width, count)
        if size == self.virtual_size:
            return
        self.set_reactive(Widget.virtual_size, size)
        if self.show_vertical_scrollbar:
            self.vertical_scrollbar.window_virtual_size = count
        self.scroll_y = self.validate_scroll_y(self.scroll_y)
