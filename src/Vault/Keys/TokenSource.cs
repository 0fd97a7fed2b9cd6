// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Hermetic.Vault.Sealing;
using Net.Pkcs11Interop.Common;
using Net.Pkcs11Interop.HighLevelAPI;

namespace Hermetic.Vault.Keys;

/// <summary>Root keys on a PKCS#11 token: AES-256 keys that never leave it, one for each generation, named by label.
/// What the token destroys is gone.</summary>
public sealed class TokenSource : IRootKeySource
{
    private const string LabelPrefix = "hermetic-root ";
    private const int KeyLength = 32;
    private const int NonceLength = 12;
    private const int TagLength = 16;
    private const ulong BitsAByte = 8;

    private readonly Lock _gate = new();
    private readonly string _token;
    private readonly IPkcs11Library _library;
    private readonly ISession _session;

    // Pkcs11Interop asks for "libdl", which systems without development packages know as libdl.so.2 only.
    static TokenSource() => NativeLibrary.SetDllImportResolver(typeof(IPkcs11Library).Assembly,
        (name, assembly, _) => name == "libdl" && NativeLibrary.TryLoad("libdl.so.2", assembly, null, out nint library)
            ? library
            : 0);

    private TokenSource(string token, IPkcs11Library library, ISession session) =>
        (_token, _library, _session) = (token, library, session);

    /// <inheritdoc/>
    public string Description => $"the PKCS#11 token '{_token}'";

    /// <summary>Logs in to a token.</summary>
    /// <param name="libraryPath">The token's PKCS#11 library.</param>
    /// <param name="token">The token's label.</param>
    /// <param name="pin">The user's PIN (<see cref="TokenPin"/>). The caller disposes it.</param>
    /// <exception cref="VaultKeyException">The library, the token or the PIN is not right.</exception>
    public static TokenSource Open(string libraryPath, string token, SecretBytes pin)
    {
        IPkcs11Library library = Load(libraryPath);
        try
        {
            ISlot slot = library.GetSlotList(SlotsType.WithTokenPresent)
                .Find(one => one.GetTokenInfo().Label.TrimEnd() == token)
                ?? throw new VaultKeyException(KeyFault.TokenAbsent, token);
            ISession session = slot.OpenSession(SessionType.ReadWrite);
            LogIn(session, token, pin);
            return new TokenSource(token, library, session);
        }
        catch (Pkcs11Exception e)
        {
            library.Dispose();
            throw Failed(token, e);
        }
        catch (VaultKeyException)
        {
            library.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<RootGeneration> List() => Use(() =>
        (IReadOnlyList<RootGeneration>)[.. Find(null).Select(key => key.Generation).OrderBy(one => one.Number)]);

    /// <inheritdoc/>
    public RootGeneration Create() => Use(() =>
    {
        uint number = Find(null).Select(key => key.Generation.Number).DefaultIfEmpty().Max() + 1;
        RootGeneration generation =
            new(number, BinaryPrimitives.ReadUInt64BigEndian(RandomNumberGenerator.GetBytes(sizeof(ulong))));
        _session.GenerateKey(_session.Factories.MechanismFactory.Create(CKM.CKM_AES_KEY_GEN),
        [
            Attribute(CKA.CKA_CLASS, CKO.CKO_SECRET_KEY), Attribute(CKA.CKA_KEY_TYPE, CKK.CKK_AES),
            Attribute(CKA.CKA_VALUE_LEN, (ulong)KeyLength), Attribute(CKA.CKA_LABEL, LabelPrefix + generation),
            Attribute(CKA.CKA_TOKEN, true), Attribute(CKA.CKA_PRIVATE, true), Attribute(CKA.CKA_SENSITIVE, true),
            Attribute(CKA.CKA_EXTRACTABLE, false), Attribute(CKA.CKA_ENCRYPT, true),
            Attribute(CKA.CKA_DECRYPT, true),
        ]);
        return generation;
    });

    /// <inheritdoc/>
    public void Destroy(RootGeneration generation) => Use(() =>
    {
        foreach ((_, IObjectHandle key) in Find(generation))
        {
            _session.DestroyObject(key);
        }
        return true;
    });

    /// <inheritdoc/>
    public byte[] Wrap(RootGeneration generation, ReadOnlySpan<byte> secret, ReadOnlySpan<byte> about)
    {
        byte[] nonce = RandomNumberGenerator.GetBytes(NonceLength);
        byte[] copy = secret.ToArray(), associated = about.ToArray();
        try
        {
            return Use(() =>
            {
                using IMechanism mechanism = Gcm(nonce, associated);
                return (byte[])[.. nonce, .. _session.Encrypt(mechanism, One(generation), copy)];
            });
        }
        finally
        {
            CryptographicOperations.ZeroMemory(copy);
        }
    }

    /// <inheritdoc/>
    public SecretBytes? Unwrap(RootGeneration generation, ReadOnlySpan<byte> wrapped, ReadOnlySpan<byte> about)
    {
        if (wrapped.Length < NonceLength + TagLength)
        {
            return null;
        }
        byte[] nonce = wrapped[..NonceLength].ToArray();
        byte[] bytes = wrapped[NonceLength..].ToArray(), associated = about.ToArray();
        return Use(() =>
        {
            IObjectHandle key = One(generation);
            try
            {
                using IMechanism mechanism = Gcm(nonce, associated);
                byte[] plain = _session.Decrypt(mechanism, key, bytes);
                SecretBytes secret = new(plain);
                CryptographicOperations.ZeroMemory(plain);
                return secret;
            }
            // PKCS#11 has no return value for a tag that does not fit; SoftHSM says CKR_GENERAL_ERROR.
            catch (Pkcs11Exception e) when (e.RV is CKR.CKR_ENCRYPTED_DATA_INVALID
                or CKR.CKR_ENCRYPTED_DATA_LEN_RANGE or CKR.CKR_GENERAL_ERROR)
            {
                return null;
            }
        });
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _session.Dispose();
        _library.Dispose();
    }

    private static IPkcs11Library Load(string path)
    {
        try
        {
            Pkcs11InteropFactories factories = new();
            return factories.Pkcs11LibraryFactory.LoadPkcs11Library(factories, path, AppType.MultiThreaded);
        }
        catch (Exception e) when (e is UnmanagedException or Pkcs11Exception or LibraryArchitectureException)
        {
            throw new VaultKeyException(KeyFault.LibraryMissing, path, e);
        }
    }

    private static void LogIn(ISession session, string token, SecretBytes pin)
    {
        byte[] copy = pin.Span.ToArray();
        try
        {
            session.Login(CKU.CKU_USER, copy);
        }
        catch (Pkcs11Exception e) when (e.RV == CKR.CKR_USER_ALREADY_LOGGED_IN)
        {
            // Another session of this process did; the login is the process's, not the session's.
        }
        catch (Pkcs11Exception e) when (e.RV is CKR.CKR_PIN_INCORRECT or CKR.CKR_PIN_INVALID
            or CKR.CKR_PIN_LEN_RANGE or CKR.CKR_PIN_LOCKED or CKR.CKR_PIN_EXPIRED)
        {
            throw new VaultKeyException(
                KeyFault.PinWrong, e.RV == CKR.CKR_PIN_LOCKED ? $"{token} is locked and" : token, e);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(copy);
        }
    }

    private static VaultKeyException Failed(string token, Pkcs11Exception e) =>
        new(KeyFault.TokenFailed, $"{token} ({e.RV})", e);

    private IObjectHandle One(RootGeneration generation)
    {
        (_, IObjectHandle? key) = Find(generation).FirstOrDefault();
        return key ?? throw new VaultKeyException(
            KeyFault.WrongRoot, $"{Description} does not hold root key {generation}");
    }

    private IEnumerable<(RootGeneration Generation, IObjectHandle Key)> Find(RootGeneration? wanted)
    {
        List<IObjectAttribute> template =
            [Attribute(CKA.CKA_CLASS, CKO.CKO_SECRET_KEY), Attribute(CKA.CKA_KEY_TYPE, CKK.CKK_AES)];
        if (wanted is { } one)
        {
            template.Add(Attribute(CKA.CKA_LABEL, LabelPrefix + one));
        }
        foreach (IObjectHandle key in _session.FindAllObjects(template))
        {
            string label = _session.GetAttributeValue(key, [CKA.CKA_LABEL])[0].GetValueAsString();
            if (label.StartsWith(LabelPrefix, StringComparison.Ordinal)
                && RootGeneration.TryParse(label[LabelPrefix.Length..], out RootGeneration generation))
            {
                yield return (generation, key);
            }
        }
    }

    private IMechanism Gcm(byte[] nonce, byte[] about) => _session.Factories.MechanismFactory.Create(CKM.CKM_AES_GCM,
        _session.Factories.MechanismParamsFactory.CreateCkGcmParams(
            nonce, NonceLength * BitsAByte, about, TagLength * BitsAByte));

    private IObjectAttribute Attribute<T>(CKA type, T value) => value switch
    {
        CKO classOf => _session.Factories.ObjectAttributeFactory.Create(type, classOf),
        CKK keyType => _session.Factories.ObjectAttributeFactory.Create(type, keyType),
        ulong number => _session.Factories.ObjectAttributeFactory.Create(type, number),
        bool flag => _session.Factories.ObjectAttributeFactory.Create(type, flag),
        _ => _session.Factories.ObjectAttributeFactory.Create(type, value!.ToString()),
    };

    // A session of PKCS#11 is one thread's at a time.
    private T Use<T>(Func<T> action)
    {
        lock (_gate)
        {
            try
            {
                return action();
            }
            catch (Pkcs11Exception e)
            {
                throw Failed(_token, e);
            }
        }
    }
}
