/** The folder of the package whose artefacts are tested: what `npm pack` packed, or else this folder after a build. */
export const packageFolder = process.env['PIPESFAKE_PACKAGE'] ?? process.cwd();
