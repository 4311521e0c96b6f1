"""What operators watch: logs, probes, metrics."""
