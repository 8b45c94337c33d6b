const path = require("path");

// The packages live in the state folder, not beside this file.
const modules = path.join(__dirname, ".state", "npm", "node_modules");

module.exports = {
    bracketSpacing: false,
    printWidth: 88,
    proseWrap: "preserve",
    semi: true,
    trailingComma: "es5",
    xmlWhitespaceSensitivity: "preserve",
    plugins: [require.resolve("@prettier/plugin-xml", {paths: [modules]})],
};
