// A page behind another window is woken once a minute; a worker is not.
setInterval(() => postMessage("now"), 15000);
