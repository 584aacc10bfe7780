// A key that did not answer is told on the page, not in the console.
document.addEventListener("allauth.error", event => {
  event.preventDefault();
  document.getElementById("key-failed").hidden = false;
});
