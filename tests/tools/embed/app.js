// app.js -- for the test of embed: lines like this one go
"use strict";
  // and this
let s = "// stays"; // stays too
/* a block
// with a line that closes it */
let t = "a\
// text";
