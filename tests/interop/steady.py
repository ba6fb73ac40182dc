"""Hypothesis without clocks: files on a busy machine may be slow, and slow is not wrong."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

STEADY = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
