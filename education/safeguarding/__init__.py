"""Protection of children: vetting of adults, concerns, the child's file, and the checks that every service makes."""
