// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Server.Http;

/// <summary>Marks endpoints that change only what the caller has seen (RFC 9110 §13.1.1), for the OpenAPI
/// document.</summary>
internal sealed record TakesIfMatch;
