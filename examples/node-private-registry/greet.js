const widget = require('@corp/widget');

console.log(widget());
