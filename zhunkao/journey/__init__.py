"""The candidates' journeys, walked by themselves over HTTP through the year 2024's real windows."""
