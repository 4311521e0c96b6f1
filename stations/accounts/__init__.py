"""Roles, posts, devices and profiles of users, and signing in."""
