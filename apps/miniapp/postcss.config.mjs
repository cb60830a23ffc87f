// SPDX-License-Identifier: MIT
const config = { plugins: { '@tailwindcss/postcss': {} } };

export default config;
