"""Bulk exports of health data: asked for once, made by a job from one snapshot, fetched as NDJSON within a day."""
