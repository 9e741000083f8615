"""The candidates' journeys, walked by themselves over HTTP through the year 2024's real windows."""

from zhunkao.journey.walk import run

__all__ = ["run"]
