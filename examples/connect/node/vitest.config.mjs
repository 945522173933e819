// One server for all workers. vitest transforms the package, since it brings a test of vitest.
export default { test: { globalSetup: 'pipesfake/vitest/global', server: { deps: { inline: ['pipesfake'] } } } };
