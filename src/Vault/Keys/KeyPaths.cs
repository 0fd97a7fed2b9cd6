// SPDX-License-Identifier: Apache-2.0
using Hermetic.Vault.Sealing;

namespace Hermetic.Vault.Keys;

// keys/                                  in the data folder
//   line/routing                         key of the routing tags
//   line/TENANT/2026-11-0001.public      65 bytes
//   desk/lock
//   desk/destruction                     what is being destroyed right now
//   desk/installation.wrapped            key of the routing tags
//   desk/secret-NAME.wrapped             a secret of the installation, such as the ledger's signing seed
//   desk/TENANT/tags.wrapped             key of the tenant's equality tags
//   desk/TENANT/2026-11-0001.wrapped     private number, field key, public point
//   desk/TENANT/2026-11-0001.destroyed   empty: there were keys, and they are gone

/// <summary>The names in the keys folder.</summary>
internal static class KeyPaths
{
    public const string Line = "keys/line";
    public const string Desk = "keys/desk";
    public const string Lock = Desk + "/lock";
    public const string Destruction = Desk + "/destruction";
    public const string Installation = Desk + "/installation" + Wrapped;
    public const string Routing = "routing";

    public const string Public = ".public";
    public const string Wrapped = ".wrapped";
    public const string Destroyed = ".destroyed";

    public static string LineFolder(Guid tenant) => $"{Line}/{tenant}";

    public static string DeskFolder(Guid tenant) => $"{Desk}/{tenant}";

    public static string PublicOf(Guid tenant, KeyEpoch epoch) => $"{Line}/{tenant}/{epoch}{Public}";

    public static string WrappedOf(Guid tenant, KeyEpoch epoch) => $"{Desk}/{tenant}/{epoch}{Wrapped}";

    public static string DestroyedOf(Guid tenant, KeyEpoch epoch) => $"{Desk}/{tenant}/{epoch}{Destroyed}";

    /// <summary>Not `installation`, which is the routing key's name.</summary>
    public static string SecretOf(string name) => $"{Desk}/secret-{name}{Wrapped}";

    public static string TagsOf(Guid tenant) => $"{Desk}/{tenant}/tags{Wrapped}";

    /// <summary>A tenant's folder has the tenant's id as we write it, and no other spelling.</summary>
    public static bool TryTenant(string name, out Guid tenant) =>
        Guid.TryParseExact(name, "D", out tenant) && tenant.ToString() == name;

    /// <summary>The epoch of a file name with this ending.</summary>
    public static bool TryEpoch(string name, string ending, out KeyEpoch epoch)
    {
        epoch = default;
        return name.EndsWith(ending, StringComparison.Ordinal) && KeyEpoch.TryParse(name[..^ending.Length], out epoch);
    }
}
