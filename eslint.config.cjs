const path = require("path");

const modules = path.join(__dirname, ".state", "npm", "node_modules");
const globals = require(require.resolve("globals", {paths: [modules]}));

module.exports = [
    {ignores: [".state/**", "**/static/lib/**"]},
    {
        files: ["**/static/**/*.js"],
        languageOptions: {
            ecmaVersion: 2024,
            sourceType: "module",
            globals: {
                ...globals.browser,
                odoo: "readonly",
                luxon: "readonly",
                owl: "readonly",
            },
        },
        linterOptions: {reportUnusedDisableDirectives: "error"},
        rules: {
            curly: "error",
            "default-case-last": "error",
            eqeqeq: "error",
            "no-alert": "error",
            "no-console": "error",
            "no-const-assign": "error",
            "no-dupe-keys": "error",
            "no-duplicate-imports": "error",
            "no-eval": "error",
            "no-global-assign": "error",
            "no-redeclare": "error",
            "no-shadow": "error",
            "no-undef": "error",
            "no-unreachable": "error",
            "no-unused-vars": "error",
            "no-use-before-define": "error",
            "no-useless-return": "error",
            "no-var": "error",
            "prefer-const": "error",
            "prefer-template": "error",
        },
    },
    {
        files: ["**/*.cjs"],
        languageOptions: {sourceType: "commonjs", globals: globals.node},
    },
];
