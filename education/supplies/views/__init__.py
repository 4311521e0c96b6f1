"""The pages of school kits."""
