"""A whole made-up region, and the whole job played in it. No real child, home or price."""

from rcc_tui.demo.play import play
from rcc_tui.demo.region import make, stores

__all__ = ["make", "play", "stores"]
