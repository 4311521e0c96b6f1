"""Content packages (SCORM 1.2 and 2004) that teachers bring for lessons, played apart from the console."""
