// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hermetic.Server.Features.Access;
using Hermetic.Server.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;

namespace Hermetic.Server.Tests.Access;

/// <summary>A place of a request that takes an id: in the path, in the query or in the body. Found in the route table
/// itself, so that an endpoint of tomorrow is walked to tomorrow.</summary>
/// <param name="Endpoint">The endpoint.</param>
/// <param name="Method">The method.</param>
/// <param name="Scope">What it asks for.</param>
/// <param name="Where">`path`, `query` or `body`.</param>
/// <param name="Name">The parameter's or property's name.</param>
/// <param name="Kind">Of what the id is, as the collection's word in paths: `faxes`.</param>
internal sealed record IdPlace(
    RouteEndpoint Endpoint, HttpMethod Method, string Scope, string Where, string Name, string Kind)
{
    // What a text of a body may hold, by its name. A required one that is not here stops the walk.
    private static readonly Dictionary<string, Func<JsonNode>> Texts = new(StringComparer.OrdinalIgnoreCase)
    {
        ["name"] = () => $"somebody {Guid.NewGuid()}",
        ["number"] = () => "+15550123",
        ["role"] = () => "FrontDesk",
        ["scopes"] = () => new JsonArray("faxes.read"),
        ["url"] = () => "https://hooks.example.org/fax",
        ["reason"] = () => "an emergency",
        ["note"] = () => "it was one",
        ["tags"] = () => new JsonArray("urgent"),
        ["addTags"] = () => new JsonArray("urgent"),
        ["text"] = () => "called back",
        ["numbers"] = () => new JsonArray("+15550124"),
        ["parts"] = () => new JsonArray(new JsonObject { ["pages"] = new JsonArray(1) }),
    };

    /// <summary>All places of ids at endpoints that ask for a scope which some practice's people or programs
    /// have.</summary>
    public static List<IdPlace> All(IEnumerable<RouteEndpoint> endpoints) =>
    [
        .. from endpoint in endpoints
           let scope = endpoint.Metadata.GetMetadata<AccessRule>()?.Scope
           where scope is not null && OfPractices(scope)
           from method in endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? ["GET"]
           from place in Of(endpoint)
           orderby method == "DELETE"
           select new IdPlace(endpoint, new HttpMethod(method), scope, place.Where, place.Name, place.Kind),
    ];

    /// <inheritdoc/>
    public override string ToString() => $"{Method} {Endpoint.RoutePattern.RawText}, {Where}'s {Name}";

    /// <summary>The request with this id in this place and ids of one's own in all others.</summary>
    public async Task<(string Path, JsonObject? Body)> RequestAsync(
        Guid id, Func<string, Task<Guid>> own, Func<string, long> number)
    {
        string path = "";
        foreach (RoutePatternPathSegment segment in Endpoint.RoutePattern.PathSegments)
        {
            path += "/";
            foreach (RoutePatternPart part in segment.Parts)
            {
                path += part switch
                {
                    RoutePatternLiteralPart literal => literal.Content,
                    RoutePatternParameterPart one when IsNumber(one) =>
                        number(one.Name).ToString(CultureInfo.InvariantCulture),
                    RoutePatternParameterPart one when Where == "path" && one.Name == Name => id.ToString(),
                    RoutePatternParameterPart one => (await own(KindOfPath(Endpoint, one))).ToString(),
                    _ => throw new InvalidOperationException($"{this}: a path of a form that the walk does not know"),
                };
            }
        }

        return (Where == "query" ? $"{path}?{Name}={id}" : path, await BodyAsync(id, own));
    }

    // The operator belongs to no practice: there nothing is another practice's.
    private static bool OfPractices(string scope) => Scopes.OfPrograms.Contains(scope)
        || Scopes.OfRole.Any(role => role.Key != Role.InstallationOperator && role.Value.Contains(scope));

    private static IEnumerable<(string Where, string Name, string Kind)> Of(RouteEndpoint endpoint)
    {
        foreach (RoutePatternParameterPart part in endpoint.RoutePattern.Parameters.Where(part => !IsNumber(part)))
        {
            yield return ("path", part.Name, KindOfPath(endpoint, part));
        }

        foreach (ParameterInfo parameter in endpoint.Metadata.GetMetadata<MethodInfo>()?.GetParameters() ?? [])
        {
            if (parameter.GetCustomAttribute<TakesAttribute>()?.Format == "uuid")
            {
                yield return ("query", parameter.Name!, KindOf(endpoint, parameter.Name!));
            }
        }

        foreach (PropertyInfo property in Properties(endpoint).Where(IsId))
        {
            yield return ("body", Json(property), KindOf(endpoint, property.Name));
        }
    }

    private static bool IsNumber(RoutePatternParameterPart part) =>
        part.ParameterPolicies.Any(policy => policy.Content is "int" or "long");

    // The literal before it says of what it is an id, or its own name does.
    private static string KindOfPath(RouteEndpoint endpoint, RoutePatternParameterPart part)
    {
        if (part.Name != "id")
        {
            return KindOf(endpoint, part.Name);
        }

        string[] words = endpoint.RoutePattern.RawText!.Trim('/').Split('/');
        string before = words[Array.FindIndex(words, word => word.StartsWith("{id", StringComparison.Ordinal)) - 1];
        // What the portal calls the outbox holds jobs.
        return before == "outbox" ? "jobs" : before;
    }

    // `line` is one of `lines`, `inboxes` are lines, and `after` is one of what the path lists.
    private static string KindOf(RouteEndpoint endpoint, string name) => name.ToLowerInvariant() switch
    {
        "inboxes" or "inbox" => "lines",
        "fax" or "faxes" => "faxes",
        "assignee" => "accounts",
        "moreuploads" => "uploads",
        "addressbookid" or "addressbookids" => "address-book",
        "after" or "before" => endpoint.RoutePattern.RawText!.Trim('/').Split('/')[^1],
        string one when one.EndsWith("id", StringComparison.Ordinal) => one[..^2] + "s",
        string one => one + "s",
    };

    private static PropertyInfo[] Properties(RouteEndpoint endpoint) =>
        endpoint.Metadata.GetMetadata<IAcceptsMetadata>()?.RequestType is { } type && type != typeof(byte[])
            && type.Namespace!.StartsWith("Hermetic.", StringComparison.Ordinal) ? type.GetProperties() : [];

    private static bool IsId(PropertyInfo property) => property.Name == "Inboxes"
        || property.PropertyType == typeof(IReadOnlyList<Guid>)
        || (Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType) == typeof(Guid);

    private static bool IsList(PropertyInfo property) =>
        property.PropertyType == typeof(string[]) || property.PropertyType == typeof(IReadOnlyList<Guid>);

    private static string Json(PropertyInfo property) => JsonNamingPolicy.CamelCase.ConvertName(property.Name);

    private async Task<JsonObject?> BodyAsync(Guid id, Func<string, Task<Guid>> own)
    {
        PropertyInfo[] properties = Properties(Endpoint);
        if (properties.Length == 0)
        {
            return null;
        }

        JsonObject body = [];
        foreach (PropertyInfo property in properties)
        {
            bool isAsked = Where == "body" && Json(property) == Name;
            bool mayBeLeftOut = new NullabilityInfoContext().Create(property).WriteState == NullabilityState.Nullable;
            if (IsId(property) && (isAsked || !mayBeLeftOut))
            {
                string value = (isAsked ? id : await own(KindOf(Endpoint, property.Name))).ToString();
                body[Json(property)] = IsList(property) ? new JsonArray(value) : value;
            }
            else if (Where == "body" && Name == "addressBookId" && property.Name == "Number")
            {
                // The entry is in its place.
            }
            else if (Texts.TryGetValue(property.Name, out Func<JsonNode>? text))
            {
                body[Json(property)] = text();
            }
            else if (!mayBeLeftOut)
            {
                Assert.Fail($"{Method} {Endpoint.RoutePattern.RawText}: say in IdPlace.Texts what a body's "
                    + $"{property.Name} may hold");
            }
        }

        return body;
    }
}
