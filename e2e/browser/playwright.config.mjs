// The browser is the Chromium of the system, so that nothing is downloaded beside the package.
export default {
  testMatch: '*.spec.mjs',
  workers: 1,
  reporter: 'line',
  use: { launchOptions: { executablePath: process.env.CHROMIUM, args: ['--no-sandbox'] } },
};
