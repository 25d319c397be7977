// Runs before the first paint, so that what needs scripts is shown only where scripts run.
document.documentElement.classList.add("js");
