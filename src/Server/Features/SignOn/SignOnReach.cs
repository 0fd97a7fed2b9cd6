// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics.CodeAnalysis;
using System.Net;
using Hermetic.Server.Features.Webhooks;

namespace Hermetic.Server.Features.SignOn;

/// <summary>Which identity providers this server asks: any on the public internet over TLS, and those that the
/// operator's settings name as lying on the house's own network. An administrator of a practice names the issuer, and
/// must not be able to make the server ask its neighbours.</summary>
internal sealed class SignOnReach(IReadOnlyList<Uri> privateOrigins)
{
    /// <summary>Our limit: metadata, keys and tokens have some kilobytes.</summary>
    public const int AnswerBytesMax = 256 * 1024;

    /// <summary>Our limit: somebody waits in front of a browser.</summary>
    public static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(10);

    /// <summary>The client that goes there and nowhere else.</summary>
    public HttpMessageInvoker Open() => new WebhookReach { IsExempt = IsPrivate }.Open();

    /// <summary>An address of a provider that may be asked.</summary>
    public bool TryAddress(string? text, [NotNullWhen(true)] out Uri? address) =>
        Uri.TryCreate(text, UriKind.Absolute, out address)
        && (address.Scheme == Uri.UriSchemeHttps || address.Scheme == Uri.UriSchemeHttp)
        && address.UserInfo.Length == 0 && address.Fragment.Length == 0 && address.Query.Length == 0
        && (IsListed(address) || (address.Scheme == Uri.UriSchemeHttps
            && (!IPAddress.TryParse(address.DnsSafeHost, out IPAddress? ip) || PublicAddress.IsPublic(ip))));

    private bool IsListed(Uri address) => privateOrigins.Any(origin =>
        Uri.Compare(origin, address, UriComponents.SchemeAndServer, UriFormat.Unescaped,
            StringComparison.OrdinalIgnoreCase) == 0);

    private bool IsPrivate(DnsEndPoint place) => privateOrigins.Any(origin =>
        origin.Port == place.Port && origin.DnsSafeHost.Equals(place.Host.Trim('[', ']'),
            StringComparison.OrdinalIgnoreCase));
}
