"""Run folders on disk: written row by row, readable after a crash, resumed without duplicate or missing cases."""
