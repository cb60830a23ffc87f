'use strict';
document.addEventListener('click', function (event) {
  var button = event.target.closest('[data-copy]');
  if (!button) return;
  var field = document.getElementById(button.dataset.copy);
  function done() {
    var text = button.textContent;
    button.textContent = button.dataset.done;
    setTimeout(function () { button.textContent = text; }, 1500);
  }
  function byHand() {
    field.focus();
    field.select();
    if (document.execCommand('copy')) done();
  }
  if (navigator.clipboard) navigator.clipboard.writeText(field.value).then(done, byHand);
  else byHand();
});
document.querySelectorAll('time[data-s]').forEach(function (time) {
  var date = new Date(Number(time.dataset.s) * 1000);
  time.textContent = date.toLocaleDateString(document.documentElement.lang,
    { day: 'numeric', month: 'long', year: 'numeric' });
});
/* An iPad calls itself a Mac. */
var ios = document.getElementById('ios');
var macos = document.getElementById('macos');
if (ios && macos && macos.checked && navigator.maxTouchPoints > 1) ios.checked = true;
var open = document.getElementById('open');
if (open) location.href = open.href;
