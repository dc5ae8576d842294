const widget = require('@corp/widget');

console.log(`${process.env.GREETING ?? 'Today'}: ${widget()}`);
