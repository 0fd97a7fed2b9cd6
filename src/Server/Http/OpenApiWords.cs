// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Reflection;
using System.Text.Json.Nodes;
using Hermetic.Server.Features;
using Hermetic.Server.Features.Access;
using Microsoft.AspNetCore.Mvc.Infrastructure;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;

namespace Hermetic.Server.Http;

/// <summary>What the OpenAPI document says beyond what the endpoints' own types say: who may call what, what parameters
/// take, and the problems that any call may end in.</summary>
internal static class OpenApiWords
{
    /// <summary>Where programs fetch their tokens (RFC 6749 §4.4).</summary>
    public const string TokenPath = "/connect/token";

    private const string Document = "v1";
    private const string Scheme = "clientCredentials";
    private const string SessionScheme = "session";
    private const string Problem = "Problem";

    public static void AddOpenApiDocument(this IServiceCollection services) =>
        services.AddOpenApi(Document, options =>
        {
            options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
            options.ShouldInclude = api => api.RelativePath?.StartsWith(
                ApiEndpoints.Prefix.TrimStart('/'), StringComparison.Ordinal) == true;
            options.AddDocumentTransformer(DescribeAsync);
            options.AddOperationTransformer(DescribeAsync);
        });

    private static async Task DescribeAsync(
        OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellation)
    {
        document.Info = new OpenApiInfo
        {
            Title = "Hermetic",
            Version = Document,
            Description = "Faxes of a practice. Whatever an answer shows of a fax is in the ledger before it leaves. "
                + "Every error is application/problem+json with a stable `code`; `docs/problems.md` lists them.",
        };
        document.Servers = [];
        document.Components ??= new OpenApiComponents();
        document.Components.SecuritySchemes ??= new Dictionary<string, IOpenApiSecurityScheme>();
        document.Components.SecuritySchemes[Scheme] = new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.OAuth2,
            Description = "A program's id and secret for a short-lived bearer token.",
            Flows = new OpenApiOAuthFlows
            {
                ClientCredentials = new OpenApiOAuthFlow
                {
                    TokenUrl = new Uri(TokenPath, UriKind.Relative),
                    Scopes = Scopes.OfPrograms.Order(StringComparer.Ordinal)
                        .ToDictionary(scope => scope, scope => $"`{scope}`"),
                },
            },
        };
        document.Components.SecuritySchemes[SessionScheme] = new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.ApiKey,
            In = ParameterLocation.Cookie,
            Name = SessionCookie.Name,
            Description = "A person's session, which `signIn` begins. A person may do what its role may.",
        };
        OpenApiSchema problem = await context.GetOrCreateSchemaAsync(
            typeof(ProblemView), cancellationToken: cancellation).ConfigureAwait(false);
        if (problem.Properties?.TryGetValue("code", out IOpenApiSchema? code) == true && code is OpenApiSchema words)
        {
            words.Enum = [.. ProblemCode.All.Select(one => (JsonNode)one.Code)];
        }

        document.AddComponent(Problem, problem);
    }

    private static Task DescribeAsync(
        OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellation)
    {
        AccessRule? rule = context.Description.ActionDescriptor.EndpointMetadata.OfType<AccessRule>().FirstOrDefault();
        if (rule?.Scope is { } scope)
        {
            // Either of them; what programs can't be given is people's alone.
            operation.Security = [.. Scopes.OfPrograms.Contains(scope)
                ? [Needs(Scheme, scope, context), Needs(SessionScheme, scope, context)]
                : new[] { Needs(SessionScheme, scope, context) }];
        }

        foreach (var parameter in context.Description.ParameterDescriptions)
        {
            if (parameter.ParameterDescriptor is IParameterInfoParameterDescriptor { ParameterInfo: { } info }
                && info.GetCustomAttribute<TakesAttribute>() is { } takes
                && operation.Parameters?.FirstOrDefault(one => one.Name == parameter.Name) is OpenApiParameter said)
            {
                said.Schema = SchemaOf(takes);
                said.Example = takes.Example is { } example ? JsonValue.Create(example) : null;
            }
        }

        AddHeaders(operation, context.Description.ActionDescriptor.EndpointMetadata);
        operation.Responses ??= [];
        foreach (IDictionary<string, OpenApiMediaType>? content in operation.Responses.Values
            .Select(response => response.Content).Append(operation.RequestBody?.Content))
        {
            ShowFiles(content);
        }

        operation.Responses["default"] = new OpenApiResponse
        {
            Description = "A problem (RFC 9457); `code` says which.",
            Content = new Dictionary<string, OpenApiMediaType>
            {
                [Problems.ContentType] = new() { Schema = new OpenApiSchemaReference(Problem, context.Document) },
            },
        };
        return Task.CompletedTask;
    }

    // OpenAPI 3.1 §4.8.30: for a scheme other than OAuth 2.0 the names are those of the roles that it takes.
    private static OpenApiSecurityRequirement Needs(
        string scheme, string scope, OpenApiOperationTransformerContext context) =>
        new() { [new OpenApiSecuritySchemeReference(scheme, context.Document)] = [scope] };

    private static void AddHeaders(OpenApiOperation operation, IList<object> metadata)
    {
        if (metadata.OfType<TakesIdempotencyKey>().Any())
        {
            operation.Parameters ??= [];
            operation.Parameters.Add(new OpenApiParameter
            {
                Name = IdempotencyKeys.Header,
                In = ParameterLocation.Header,
                Description = "The same request with the same key is carried out once, and answered alike for a day.",
                Schema = new OpenApiSchema
                {
                    Type = JsonSchemaType.String,
                    MinLength = 1,
                    MaxLength = IdempotencyKeys.KeyCharsMax,
                },
            });
        }

        if (metadata.OfType<TakesIfMatch>().Any())
        {
            operation.Parameters ??= [];
            operation.Parameters.Add(new OpenApiParameter
            {
                Name = "If-Match",
                In = ParameterLocation.Header,
                Required = true,
                Description = "The `ETag` under which it was seen, or `*`.",
                Schema = new OpenApiSchema { Type = JsonSchemaType.String },
            });
        }
    }

    // OpenAPI 3.1 §4.8.14.3: what is no text has no schema; "byte" would be base64.
    private static void ShowFiles(IDictionary<string, OpenApiMediaType>? content)
    {
        foreach (OpenApiMediaType media in content?.Values ?? [])
        {
            if (media.Schema is OpenApiSchema { Format: "byte" })
            {
                media.Schema = new OpenApiSchema();
            }
        }
    }

    private static OpenApiSchema SchemaOf(TakesAttribute takes) => new()
    {
        Type = takes.Type switch
        {
            "integer" => JsonSchemaType.Integer,
            "boolean" => JsonSchemaType.Boolean,
            _ => JsonSchemaType.String,
        },
        Format = takes.Format,
        Enum = takes.Words.Length == 0 ? null : [.. takes.Words.Select(word => (JsonNode)word)],
        Minimum = takes.Least == int.MinValue ? null : takes.Least.ToString(CultureInfo.InvariantCulture),
        Maximum = takes.Most == int.MaxValue ? null : takes.Most.ToString(CultureInfo.InvariantCulture),
    };
}
