// Makes the calls that sdk_cases_test.go asks for, a line of JSON each, with the official Node SDK.
import { createInterface } from 'node:readline';
import * as sdk from '@workos-inc/node';

// What each type of exception is for. All others are "other", and those that are for several statuses "generic".
const classes = {
  BadRequestException: 'bad_request',
  UnauthorizedException: 'unauthorized',
  NotFoundException: 'not_found',
  ConflictException: 'conflict',
  UnprocessableEntityException: 'unprocessable',
  RateLimitExceededException: 'rate_limited',
  GenericServerException: 'generic',
  SignatureVerificationException: 'signature',
};

// The API's names of the few things that the SDK names otherwise.
const methods = {
  'pipes.list_data_integration_organization': 'getOrganizationDataIntegration',
  'pipes.update_data_integration_organization': 'updateOrganizationDataIntegration',
  'pipes.delete_data_integration_organization': 'deleteOrganizationDataIntegration',
  'webhooks.verify': 'constructEvent',
};

// The keys of these belong to the application or the provider.
const opaque = new Set(['metadata', 'config', 'additional_authorization_parameters']);
const camel = (name) => name.replace(/_([a-z0-9])/g, (_, letter) => letter.toUpperCase());
// The API itself has one name in camel case.
const snake = (name) =>
  name === 'userlandUserId' ? name : name.replace(/([A-Z]|\d+)/g, (found) => `_${found.toLowerCase()}`);

// renamed is JSON with every key renamed, but for those of opaque objects.
function renamed(value, rename) {
  if (Array.isArray(value)) return value.map((item) => renamed(item, rename));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, field]) => {
    const name = rename(key);
    return [name, opaque.has(key) || opaque.has(name) ? field : renamed(field, rename)];
  }));
}

// argumentsOf is what the SDK takes: dates as such, and a webhook's parts under its names.
function argumentsOf({ call, arguments: given }) {
  if (call === 'webhooks.verify') {
    const { body, signature, secret } = given;
    return { payload: body, sigHeader: signature, secret };
  }
  const options = renamed(given ?? {}, camel);
  if (options.expiresAt) options.expiresAt = new Date(options.expiresAt);
  return options;
}

async function answer(question) {
  const { hostname, port } = new URL(question.url);
  const options = { apiHostname: hostname, port: Number(port), https: false };
  if (question.max_retries !== null) options.maxRetries = question.max_retries;
  if (question.timeout_ms > 0) options.timeout = question.timeout_ms;
  const workos = new sdk.WorkOS(question.api_key, options);
  const [service, method] = question.call.split('.');
  const owner = workos[camel(service)];
  const name = methods[question.call] ?? camel(method);
  if (typeof owner?.[name] !== 'function') return { unsupported: `operation ${question.call}` };
  try {
    const result = await owner[name](argumentsOf(question));
    if (question.every_page) return { result: { data: plain(await result.autoPagination()) } };
    if (result === undefined) return { result: null };
    const { object, data, listMetadata } = result;
    return { result: plain(listMetadata ? { object, data, listMetadata } : result) };
  } catch (error) {
    return { error: described(error) };
  }
}

const plain = (value) => renamed(JSON.parse(JSON.stringify(value)), snake);

function described(error) {
  const { status, code, message, requestID: request_id, errors, retryAfter: retry_after } = error;
  return { class: classes[error.constructor.name] ?? 'other', status, code, message, request_id, errors, retry_after };
}

for await (const line of createInterface({ input: process.stdin })) {
  console.log(JSON.stringify(await answer(JSON.parse(line))));
}
process.exit(0); // the SDK's connections would keep it alive for a while
