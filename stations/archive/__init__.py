"""Records of people whom nobody has seen for years: proposed by a job, set aside by the county."""
